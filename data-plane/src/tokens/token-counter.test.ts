import type { ModelConfig } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { parseChatRequest } from '../chat/parse-chat-request.ts';
import { createConfigIndex } from '../config/config-index.ts';
import type { ThreadListener } from './thread.ts';
import type { ToThread } from './thread-messages.ts';
import { type CountOutcome, createTokenCounter } from './token-counter.ts';

type Started = ThreadListener & { readonly sent: ToThread[]; isStopped: boolean };

/** A counter with threads that answer when a test says so, on a clock that it sets. */
function createBench() {
  const index = createConfigIndex();
  const threads: Started[] = [];
  const outcomes: CountOutcome[] = [];
  const failures: unknown[] = [];
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>();
  let nowMs = 0;
  let refusal: Error | undefined;
  const counter = createTokenCounter({
    index: () => index,
    startThread(listener) {
      if (refusal !== undefined) throw refusal;
      const started: Started = { ...listener, sent: [], isStopped: false };
      threads.push(started);
      return {
        send: (message) => void started.sent.push(message),
        async stop() {
          started.isStopped = true;
          listener.onEnd('stopped');
        },
      };
    },
    schedule: {
      after(delayMs, run) {
        const timer = { atMs: nowMs + delayMs, run };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    nowMs: () => nowMs,
    onTold: (outcome) => outcomes.push(outcome),
    onThreadFailure: (error) => failures.push(error),
  });
  return {
    ...{ index, threads, outcomes, failures, counter, timers },
    refuse(error: Error | undefined) {
      refusal = error;
    },
    pass(ms: number) {
      nowMs += ms;
      for (const timer of [...timers])
        if (timer.atMs <= nowMs) {
          timers.delete(timer);
          timer.run();
        }
    },
    /** Counts a chat, and keeps how often it was told. */
    ask(chat = chatOf()) {
      const asked = { chat, told: 0, known: () => counter.known(chat, 'o200k_base') };
      counter.count(chat, 'o200k_base', () => {
        asked.told += 1;
      });
      return asked;
    },
    putModel(deployment: Partial<ModelConfig['deployments'][number]>) {
      const deployments = [{ name: 'd', provider: 'p', model: 'm', weight: 1, ...deployment }];
      index.put({ kind: 'model', id: 'm', value: { deployments } });
      counter.configured();
    },
  };
}

function chatOf(content: unknown = 'Hello') {
  const parsed = parseChatRequest(Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] })));
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.request;
}

const idOf = (thread: Started | undefined, index = -1): number => {
  const message = thread?.sent.at(index);
  return message?.type === 'count' ? message.id : Number.NaN;
};

test('the thread is started by the first model that asks, and loads what it asks for', () => {
  const { threads, putModel } = createBench();
  putModel({});
  expect(threads).toEqual([]);
  putModel({ tokenizer: 'cl100k_base' });
  putModel({ tokenizer: 'cl100k_base' });
  expect(threads).toHaveLength(1);
  expect(threads[0]?.sent[0]).toEqual({ type: 'load', tokenizer: 'cl100k_base' });
});

test('a request is told its count when the thread answers, and has its own bytes left', () => {
  const { threads, outcomes, timers, ask } = createBench();
  const { bytes } = chatOf();
  const asked = ask();
  const [thread] = threads;
  expect(thread?.sent).toEqual([
    { type: 'count', id: idOf(thread), tokenizer: 'o200k_base', body: new Uint8Array(bytes) },
  ]);
  expect(asked).toMatchObject({ told: 0 });
  thread?.onAnswer({ id: idOf(thread), tokens: 8 });
  expect([asked.told, asked.known()]).toEqual([1, 8]);
  expect(outcomes).toEqual(['exact']);
  expect(timers.size).toBe(0);
  expect(asked.chat.bytes).toEqual(bytes);
});

test('a request is counted once for an encoding, whether it could be or not', () => {
  const { threads, outcomes, ask } = createBench();
  const { chat } = ask();
  threads[0]?.onAnswer({ id: idOf(threads[0]), tokens: undefined });
  expect(ask(chat)).toMatchObject({ told: 1 });
  expect(threads[0]?.sent).toHaveLength(1);
  expect(outcomes).toEqual(['failed']);
});

test('nobody waits longer than 100 ms; a count that comes later is of use to further attempts', () => {
  const { threads, outcomes, pass, ask } = createBench();
  const asked = ask();
  pass(99);
  expect(asked.told).toBe(0);
  pass(1);
  expect([asked.told, asked.known()]).toEqual([1, undefined]);
  threads[0]?.onAnswer({ id: idOf(threads[0]), tokens: 8 });
  expect([asked.told, asked.known()]).toEqual([1, 8]);
  expect(outcomes).toEqual(['late']);
});

test('text longer than 512 KiB and parts that are no text are not counted', () => {
  const { threads, outcomes, ask } = createBench();
  expect(ask(chatOf('a'.repeat(512 * 1024)))).toMatchObject({ told: 1 });
  const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(600_000)}` } };
  expect(ask(chatOf([image]))).toMatchObject({ told: 1 });
  expect(outcomes).toEqual(['too_long', 'not_text']);
  expect(threads).toEqual([]);
});

test('what finds 1 MiB waiting is not counted; an answer makes room, being late does not', () => {
  const { threads, outcomes, pass, ask } = createBench();
  const long = () => chatOf('a'.repeat(500_000));
  ask(long());
  ask(long());
  expect(ask(long()).told).toBe(1);
  pass(100);
  expect(ask(long()).told).toBe(1);
  threads[0]?.onAnswer({ id: idOf(threads[0], 0), tokens: 1 });
  expect(ask(long()).told).toBe(0);
  expect(outcomes).toEqual(['busy', 'late', 'late', 'busy']);
});

test('when the thread dies all that wait are told, and another takes its place a second later', () => {
  const { threads, outcomes, failures, pass, timers, ask } = createBench();
  const waiting = [ask(), ask()];
  threads[0]?.onEnd('out of memory');
  expect(waiting.map(({ told }) => told)).toEqual([1, 1]);
  expect(timers.size).toBe(0);
  expect(failures).toEqual(['out of memory']);
  pass(999);
  expect(ask().told).toBe(1);
  pass(1);
  const next = ask();
  expect(threads).toHaveLength(2);
  threads[1]?.onAnswer({ id: idOf(threads[1]), tokens: 8 });
  expect(next.known()).toBe(8);
  expect(outcomes).toEqual(['failed', 'failed', 'failed', 'exact']);
});

test('a thread that cannot be started is as one that died', () => {
  const { outcomes, failures, pass, refuse, ask } = createBench();
  refuse(new Error('no threads left'));
  expect(ask().told).toBe(1);
  expect(failures).toEqual([new Error('no threads left')]);
  refuse(undefined);
  pass(1_000);
  ask();
  expect(outcomes).toEqual(['failed']);
});

test('a thread that does not answer for ten seconds is ended and replaced', () => {
  const { threads, pass, ask } = createBench();
  ask();
  pass(9_950);
  ask();
  pass(100);
  expect(threads[0]?.isStopped).toBe(true);
  pass(1_000);
  ask();
  expect(threads).toHaveLength(2);
});

test('a thread that does not answer is replaced also if so much waits for it that nothing more is sent', () => {
  const { threads, outcomes, pass, ask } = createBench();
  const long = () => chatOf('a'.repeat(500_000));
  ask(long());
  ask(long());
  pass(100);
  pass(9_901);
  expect(ask(long()).told).toBe(1);
  expect(threads[0]?.isStopped).toBe(true);
  pass(1_000);
  ask();
  expect(threads).toHaveLength(2);
  expect(outcomes).toEqual(['late', 'late', 'busy']);
});

test('closing ends the thread, tells all that wait, and leaves no timer; nothing is counted any more', async () => {
  const { threads, timers, failures, outcomes, counter, ask } = createBench();
  const asked = ask();
  const closing = counter.close();
  expect(asked.told).toBe(1);
  await closing;
  expect(threads[0]?.isStopped).toBe(true);
  expect(timers.size).toBe(0);
  expect(failures).toEqual([]);
  expect(ask().told).toBe(1);
  expect(threads).toHaveLength(1);
  expect(outcomes).toEqual(['failed', 'failed']);
});
