import type { Timeouts } from '../../routing/route.ts';
import type { Deadlines } from './deadlines.ts';
import { openSocket } from './open-socket.ts';
import type { ResponseHead } from './response-head.ts';
import { createResponseParser } from './response-parser.ts';
import type { WriteBurst } from './write-burst.ts';

/** Why a call came to nothing: an error code of the system, or one of these. */
export const TIMED_OUT = 'TIMED_OUT';
export const NOT_HTTP = 'NOT_HTTP';
export const CLOSED_EARLY = 'CLOSED_EARLY';
/** The connection had served before, and was closed without one byte of an answer: the server let it go while idle. */
export const CLOSED_IDLE = 'CLOSED_IDLE';

const CLOSED_CODES: ReadonlySet<string> = new Set([CLOSED_EARLY, 'ECONNRESET', 'EPIPE']);

export type CallHandlers = {
  onHead(head: ResponseHead): void;
  /** The chunk is lent until this returns. */
  onData(chunk: Buffer): void;
  onEnd(): void;
  onFailure(code: string): void;
};

/** One connection to an origin, with at most one call on it at a time. */
export type Connection = {
  /** Sends a request; its handlers are called later, never from within. */
  call(request: Buffer, timeouts: Timeouts, handlers: CallHandlers): void;
  pause(): void;
  resume(): void;
  /** Closes it; the handlers of a call under way hear nothing more. */
  destroy(): void;
};

export type ConnectionOptions = {
  readonly origin: URL;
  readonly burst: WriteBurst;
  readonly deadlines: Deadlines;
  /** How long it may lie idle, unless the server says less. Shorter than the five seconds after which many servers close. */
  readonly idleMs: number;
  /** The connection is free for the next call. */
  readonly onIdle: (connection: Connection) => void;
  /** It takes no more calls; said at least once. */
  readonly onClosed: (connection: Connection) => void;
};

export function openConnection(options: ConnectionOptions): Connection {
  const socket = openSocket(options.origin, { onReady, onData });
  const deadline = options.deadlines.open(onDeadline);
  const parser = createResponseParser({ onHead, onData: onBody, onEnd });
  let handlers: CallHandlers | undefined;
  let isConnected = false;
  let timeouts: Timeouts | undefined;
  let idleMs = options.idleMs;
  let keepsAlive = true;
  let hasServed = false;
  let hasAnswerBegun = false;
  let hasBodyBegun = false;

  socket.on('end', () => {
    if (handlers === undefined || !parser.close()) fail(CLOSED_EARLY);
  });
  socket.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? CLOSED_EARLY));
  socket.on('close', () => {
    fail(CLOSED_EARLY);
  });

  function onReady(): void {
    isConnected = true;
    awaitBody();
  }

  /** A head alone says nothing yet. */
  function awaitBody(): void {
    if (timeouts !== undefined) deadline.set(hasBodyBegun ? timeouts.idleMs : timeouts.firstTokenMs);
  }

  function onBody(chunk: Buffer): void {
    if (!hasBodyBegun) {
      hasBodyBegun = true;
      awaitBody();
    }
    handlers?.onData(chunk);
  }

  function onData(chunk: Buffer): void {
    hasAnswerBegun = true;
    if (hasBodyBegun) deadline.renew();
    if (handlers === undefined || !parser.push(chunk)) fail(NOT_HTTP);
  }

  function onDeadline(): void {
    // A client that reads slowly has paused the call; then silence is not the provider's.
    if (handlers !== undefined && socket.isPaused()) return;
    fail(TIMED_OUT);
  }

  function fail(code: string): void {
    const failed = handlers;
    handlers = undefined;
    deadline.close();
    socket.destroy();
    // At once, not when the socket has closed: until then a call could be given a connection that is dead already.
    options.onClosed(connection);
    failed?.onFailure(hasServed && !hasAnswerBegun && CLOSED_CODES.has(code) ? CLOSED_IDLE : code);
  }

  function onHead(head: ResponseHead): void {
    keepsAlive = head.keepsAlive;
    idleMs = Math.min(options.idleMs, serverIdleMs(head.header('keep-alive')));
    handlers?.onHead(head);
  }

  /** The connection is given back before its call hears of the end, so that a call made from there can have it. */
  function onEnd(): void {
    const ended = handlers;
    handlers = undefined;
    hasServed = true;
    if (keepsAlive && idleMs > 0 && socket.writableLength === 0 && !socket.destroyed) {
      if (socket.isPaused()) socket.resume();
      deadline.set(idleMs);
      options.onIdle(connection);
    } else {
      deadline.close();
      socket.destroy();
    }
    ended?.onEnd();
  }

  const connection: Connection = {
    call(request, callTimeouts, callHandlers) {
      handlers = callHandlers;
      timeouts = callTimeouts;
      hasAnswerBegun = false;
      hasBodyBegun = false;
      parser.begin();
      deadline.set(isConnected ? timeouts.firstTokenMs : timeouts.connectMs);
      // A call that was cancelled in the same turn has no socket left.
      options.burst(() => socket.destroyed || socket.write(request));
    },
    pause: () => void socket.pause(),
    resume() {
      awaitBody();
      socket.resume();
    },
    destroy() {
      handlers = undefined;
      deadline.close();
      socket.destroy();
      options.onClosed(connection);
    },
  };
  return connection;
}

/** What a server says in `Keep-Alive: timeout=5`, less a second for the way. */
function serverIdleMs(keepAlive: string): number {
  if (keepAlive === '') return Number.POSITIVE_INFINITY;
  const seconds = /timeout=(\d{1,6})/i.exec(keepAlive)?.[1];
  return seconds === undefined ? Number.POSITIVE_INFINITY : (Number(seconds) - 1) * 1_000;
}
