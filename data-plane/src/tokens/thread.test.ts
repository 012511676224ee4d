import { afterEach, expect, test } from 'vitest';
import { type CountingThread, startThread } from './thread.ts';
import type { FromThread } from './thread-messages.ts';

let thread: CountingThread | undefined;
afterEach(() => thread?.stop());

const bytesOf = (content: string) =>
  new Uint8Array(Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] })));

/** A real thread, and its answers in turn. */
function start() {
  const answers: FromThread[] = [];
  const { promise: ended, resolve: onEnd } = Promise.withResolvers<unknown>();
  let onNext: (() => void) | undefined;
  thread = startThread({
    onAnswer(answer) {
      answers.push(answer);
      onNext?.();
    },
    onEnd,
  });
  const untilAnswers = (count: number) =>
    new Promise<readonly FromThread[]>((resolve) => {
      onNext = () => answers.length >= count && resolve(answers);
    });
  return { thread, ended, untilAnswers };
}

test('counts by the encoding that is asked for', async () => {
  const { thread: started, untilAnswers } = start();
  const told = untilAnswers(3);
  const content = 'Les élèves mangèrent des œufs à Noël; 日本語のテキスト';
  started.send({ type: 'load', tokenizer: 'o200k_base' });
  started.send({ type: 'count', id: 1, tokenizer: 'o200k_base', body: bytesOf('Hello!') });
  started.send({ type: 'count', id: 2, tokenizer: 'o200k_base', body: bytesOf(content) });
  started.send({ type: 'count', id: 3, tokenizer: 'cl100k_base', body: bytesOf(content) });
  const tokens = new Map((await told).map((answer) => [answer.id, answer.tokens]));
  expect(tokens.get(1)).toBe(9);
  expect(tokens.get(2)).toBeLessThan(tokens.get(3) ?? 0);
});

test('says of what it cannot count that it cannot, and goes on', async () => {
  const { thread: started, untilAnswers } = start();
  const told = untilAnswers(2);
  started.send({ type: 'count', id: 1, tokenizer: 'o200k_base', body: new Uint8Array(Buffer.from('{')) });
  started.send({ type: 'count', id: 2, tokenizer: 'o200k_base', body: bytesOf('Hello!') });
  expect(await told).toEqual([
    { id: 1, tokens: undefined },
    { id: 2, tokens: 9 },
  ]);
});

test('tells of its end, also of one that nobody asked for', async () => {
  const first = start();
  await first.thread.stop();
  expect(String(await first.ended)).toMatch(/ended with \d/);
  const second = start();
  second.thread.send({ type: 'load', tokenizer: 'no such' as 'o200k_base' });
  expect(await second.ended).toBeInstanceOf(Error);
});
