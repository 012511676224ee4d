import { NO_TOKENS } from '@tollgate/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseChatRequest } from '../chat/parse-chat-request.ts';
import { createEstimator } from './estimator.ts';

function chatOf(more: object = {}, content = 'Hello there') {
  const parsed = parseChatRequest(
    Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content }], ...more })),
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.request;
}

const usage = (input: number, output: number) => ({ ...NO_TOKENS, input, output });

test('a model that was never seen takes a token for four bytes, and answers at length', () => {
  const chat = chatOf();
  expect(createEstimator().estimate('m', chat)).toEqual({ input: Math.ceil(chat.bytes.length / 4), output: 1_024 });
});

test('the bound that the client set caps each answer; the newer field counts', () => {
  const { estimate } = createEstimator();
  expect(estimate('m', chatOf({ max_tokens: 10 })).output).toBe(10);
  expect(estimate('m', chatOf({ max_tokens: 10, max_completion_tokens: 20 })).output).toBe(20);
  expect(estimate('m', chatOf({ max_tokens: null, n: 3, max_completion_tokens: 20 })).output).toBe(60);
});

test('a bound far beyond what a model was seen to produce does not pin what is reserved', () => {
  const { estimate, learn } = createEstimator();
  for (let turn = 0; turn < 50; turn += 1) learn('m', chatOf(), usage(10, 200));
  expect(estimate('m', chatOf({ max_tokens: 10_000_000 })).output).toBeLessThan(210);
});

test('identical requests come to be estimated at exactly what they take', () => {
  const { estimate, learn } = createEstimator();
  const chat = chatOf();
  for (let turn = 0; turn < 150; turn += 1) learn('m', chat, usage(17, 123));
  expect(estimate('m', chat)).toEqual({ input: 17, output: 123 });
});

test('few answers that vary turn out longer than was expected', () => {
  const { estimate, learn } = createEstimator();
  const chat = chatOf();
  let longer = 0;
  for (let turn = 0; turn < 1_000; turn += 1) {
    const output = 100 + ((turn * 37) % 101);
    if (turn >= 100 && output > estimate('m', chat).output) longer += 1;
    learn('m', chat, usage(10, output));
  }
  expect(longer).toBeLessThan(90);
});

test('models are learnt of apart from each other', () => {
  const { estimate, learn } = createEstimator();
  learn('other', chatOf(), usage(1_000, 9_999));
  expect(estimate('m', chatOf()).output).toBe(1_024);
});

test('whatever was seen and asked for, an estimate is a whole number of tokens', () => {
  const count = fc.integer({ min: 0, max: 1_000_000_000 });
  const bound = fc.option(fc.integer({ min: 1, max: 10_000_000 }));
  const chat = fc
    .record({ n: bound, max_tokens: bound, content: fc.string() })
    .map(({ content, ...more }) => chatOf(more, content));
  fc.assert(
    fc.property(fc.array(fc.tuple(chat, count, count)), chat, (seen, next) => {
      const { estimate, learn } = createEstimator();
      for (const [one, input, output] of seen) learn('m', one, usage(input, output));
      const { input, output } = estimate('m', next);
      for (const tokens of [input, output]) {
        expect(Number.isSafeInteger(tokens)).toBe(true);
        expect(tokens).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
