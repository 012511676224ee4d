import type { Tokenizer } from '@tollgate/schema';
import type { ChatRequest } from '../chat/chat-request.ts';
import { textBytes } from '../chat/text-bytes.ts';
import type { ConfigIndex } from '../config/config-index.ts';
import type { Schedule } from '../quota/schedule.ts';
import type { CountingThread, StartThread } from './thread.ts';
import { tokenizersOf } from './tokenizers-of.ts';

/**
 * How the tokens of a request were told: counted, or else estimated, as it was longer than what is counted, had parts that are no text, the
 * thread had enough to do, it did not answer in time, or it could not.
 */
export const countOutcomes = Object.freeze(['exact', 'too_long', 'not_text', 'busy', 'late', 'failed'] as const);
export type CountOutcome = (typeof countOutcomes)[number];

/** Counts the tokens of requests whose model asks for it, on a thread of its own. */
export type TokenCounter = {
  /** The configuration changed: the first model that asks starts the thread, so that it is ready when requests come. */
  configured(): void;
  /** `onTold` is called once, at once or later: from then on it is known, or will not be waited for again. */
  count(chat: ChatRequest, tokenizer: Tokenizer, onTold: () => void): void;
  /** How many tokens were counted; undefined if they have to be estimated. */
  known(chat: ChatRequest, tokenizer: Tokenizer): number | undefined;
  /** Ends the thread; whoever waits for it is told. */
  close(): Promise<void>;
};

export type TokenCounterDeps = {
  readonly index: () => ConfigIndex;
  readonly startThread: StartThread;
  readonly schedule: Pick<Schedule, 'after'>;
  /** Monotonic, milliseconds. */
  readonly nowMs: () => number;
  readonly onTold: (outcome: CountOutcome) => void;
  /** The thread ended by itself; another takes its place. */
  readonly onThreadFailure: (error: unknown) => void;
};

/** Takes the time that a request waits if it is what people and programs write, and some half a second if it is meant to take long. */
const TEXT_BYTES_MAX = 512 * 1024;
/** What may wait for the thread; what comes when it is full is estimated. */
const WAITING_BYTES_MAX = 2 * TEXT_BYTES_MAX;
/** How long a request waits for its count. */
const WAIT_MS = 100;
/** After its end a thread is not started again for so long, so that one that cannot run does not keep a core busy. */
const RESTART_AFTER_MS = 1_000;
/** A thread that has not answered for so long does not any more. */
const STUCK_AFTER_MS = 10_000;

type Count = { readonly since: number; readonly bytes: number; readonly end: (tokens: number | undefined) => void };

export function createTokenCounter(deps: TokenCounterDeps): TokenCounter {
  const { schedule, nowMs } = deps;
  /** By request and encoding; undefined while it is not told, or if it could not be. */
  const told = new WeakMap<ChatRequest, Map<Tokenizer, number | undefined>>();
  /** What the thread was sent and has not answered, the oldest first. */
  const waiting = new Map<number, Count>();
  let waitingBytes = 0;
  let thread: CountingThread | undefined;
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  let lastId = 0;
  let isClosed = false;

  function answered(id: number, tokens: number | undefined): void {
    const count = waiting.get(id);
    if (count === undefined) return;
    waiting.delete(id);
    waitingBytes -= count.bytes;
    count.end(tokens);
  }

  function endAll(): void {
    for (const id of [...waiting.keys()]) answered(id, undefined);
  }

  /** The thread, started if there is none; undefined if there can be none now. */
  function threadFor(): CountingThread | undefined {
    if (thread !== undefined || isClosed || nowMs() < notBeforeMs) return thread;
    try {
      const started = deps.startThread({
        onAnswer: ({ id, tokens }) => answered(id, tokens),
        onEnd: (error) => thread === started && failed(error),
      });
      thread = started;
    } catch (error) {
      failed(error);
    }
    return thread;
  }

  function failed(error: unknown): void {
    thread = undefined;
    notBeforeMs = nowMs() + RESTART_AFTER_MS;
    endAll();
    deps.onThreadFailure(error);
  }

  function endIfStuck(): void {
    const [oldest] = waiting.values();
    if (oldest !== undefined && nowMs() - oldest.since > STUCK_AFTER_MS) void thread?.stop();
  }

  function send(chat: ChatRequest, tokenizer: Tokenizer, tell: (outcome: CountOutcome, tokens?: number) => void): void {
    const { bytes } = chat;
    const text = textBytes(chat);
    if (text > TEXT_BYTES_MAX) return tell('too_long');
    if (text < bytes.length) return tell('not_text');
    if (waitingBytes + text > WAITING_BYTES_MAX) {
      tell('busy');
      // Nobody is late of what is not sent any more.
      return endIfStuck();
    }
    const taker = threadFor();
    if (taker === undefined) return tell('failed');
    lastId += 1;
    const cancel = schedule.after(WAIT_MS, () => {
      tell('late');
      endIfStuck();
    });
    const end = (tokens: number | undefined) => {
      cancel();
      tell(tokens === undefined ? 'failed' : 'exact', tokens);
    };
    waiting.set(lastId, { since: nowMs(), bytes: text, end });
    waitingBytes += text;
    // A copy of its own, which is handed over.
    taker.send({ type: 'count', id: lastId, tokenizer, body: new Uint8Array(bytes) });
  }

  return {
    configured() {
      for (const tokenizer of tokenizersOf(deps.index())) threadFor()?.send({ type: 'load', tokenizer });
    },
    count(chat, tokenizer, onTold) {
      const ofChat = told.get(chat) ?? new Map<Tokenizer, number | undefined>();
      if (ofChat.has(tokenizer)) return onTold();
      told.set(chat, ofChat.set(tokenizer, undefined));
      let isTold = false;
      send(chat, tokenizer, (outcome, tokens) => {
        // Also what is late may be of use for another attempt.
        if (tokens !== undefined) ofChat.set(tokenizer, tokens);
        if (isTold) return;
        isTold = true;
        deps.onTold(outcome);
        onTold();
      });
    },
    known: (chat, tokenizer) => told.get(chat)?.get(tokenizer),
    async close() {
      isClosed = true;
      const ended = thread;
      thread = undefined;
      endAll();
      await ended?.stop();
    },
  };
}

/** Counts by several encodings at the same time. */
export function countByAll(
  counter: Pick<TokenCounter, 'count'>,
  chat: ChatRequest,
  by: ReadonlySet<Tokenizer>,
  onTold: () => void,
): void {
  let left = by.size;
  for (const tokenizer of by)
    counter.count(chat, tokenizer, () => {
      left -= 1;
      if (left === 0) onTold();
    });
}
