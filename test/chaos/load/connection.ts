import { connect, type Socket } from 'node:net';
import { type Answer, type AnswerHead, type AnswerReader, createAnswerReader } from './answer-reader.ts';

/** What came back for one request: a whole answer, what was there when the connection broke, or what is no HTTP. */
export type Reply =
  | { readonly type: 'whole'; readonly answer: Answer }
  | { readonly type: 'broken'; readonly head: AnswerHead | undefined }
  | { readonly type: 'malformed'; readonly reason: string };

/** A connection that is kept alive and carries one request at a time. */
export type Connection = {
  exchange(request: Buffer): Promise<Reply>;
  isOpen(): boolean;
  /** Resolves when either side has closed it. */
  readonly closed: Promise<void>;
  close(): void;
};

/** Resolves once connected, or with undefined if nobody takes the connection. */
export function openConnection(url: string): Promise<Connection | undefined> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  return new Promise((resolve) => {
    socket.once('error', () => resolve(undefined));
    socket.once('connect', () => resolve(overSocket(socket)));
  });
}

function overSocket(socket: Socket): Connection {
  let isOpen = true;
  let onBytes: (bytes: Buffer) => void = () => {};
  let onBroken: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isOpen = false;
      onBroken();
      resolve();
    });
  });
  // A reset is followed by 'close', which says all there is to know.
  socket.on('error', () => {});
  socket.on('data', (bytes) => onBytes(bytes));

  return {
    exchange: (request) =>
      new Promise((resolve) => {
        const reader = createAnswerReader();
        onBroken = () => resolve({ type: 'broken', head: reader.head() });
        onBytes = (bytes) => {
          const reply = readReply(reader, bytes);
          if (reply === undefined) return;
          isOpen &&= isReusable(reply);
          resolve(reply);
        };
        if (isOpen) socket.write(request);
        else onBroken();
      }),
    isOpen: () => isOpen,
    closed,
    close: () => void socket.destroy(),
  };
}

function readReply(reader: AnswerReader, bytes: Buffer): Reply | undefined {
  try {
    const answer = reader.push(bytes);
    return answer && { type: 'whole', answer };
  } catch (error) {
    return { type: 'malformed', reason: String(error) };
  }
}

const isReusable = (reply: Reply): boolean =>
  reply.type === 'whole' && reply.answer.headers.get('connection')?.toLowerCase() !== 'close';
