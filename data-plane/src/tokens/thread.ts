import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FromThread, ToThread } from './thread-messages.ts';

/** A thread of this process that counts tokens. */
export type CountingThread = {
  send(message: ToThread): void;
  stop(): Promise<void>;
};

export type ThreadListener = {
  readonly onAnswer: (answer: FromThread) => void;
  /** It ended. */
  readonly onEnd: (why: unknown) => void;
};

export type StartThread = (listener: ThreadListener) => CountingThread;

/**
 * Room for both encodings and the longest text that it is sent, several times over; a thread that needs more is replaced. With a small
 * young generation it keeps less garbage.
 */
const HEAP = Object.freeze({ maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 8 });

/** Starts a thread; it keeps no process alive. Bytes that it is sent are gone for who sends them. */
export const startThread: StartThread = ({ onAnswer, onEnd }) => {
  // Beside this file, built or not.
  const main = new URL(`./counting-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(main, { resourceLimits: HEAP });
  worker.unref();
  let failure: unknown;
  worker.on('message', onAnswer);
  worker.on('error', (error) => {
    failure = error;
  });
  worker.on('exit', (code) => onEnd(failure ?? new Error(`the thread that counts tokens ended with ${code}`)));
  return {
    send: (message) => worker.postMessage(message, message.type === 'count' ? [message.body.buffer] : []),
    async stop() {
      await worker.terminate();
    },
  };
};
