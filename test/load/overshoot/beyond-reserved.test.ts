import { expect, test } from 'vitest';
import { beyondReserved } from './beyond-reserved.ts';
import { MOCK_RATES } from './mock-rates.ts';

const BODY = Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x' }] }));
const INPUT = 4;
const cost = (output: number): number => INPUT * 1_000 + output * 2_000;
/** A process that saw no answer yet expects 1,024 tokens, and a token for four bytes of the request. */
const UNSEEN = Math.ceil(BODY.length / 4) * 1_000 + 1_024 * 2_000;

const request = (seq: number, fromMs: number, untilMs: number, output: number, bootId = 'a') => ({
  bootId,
  seq,
  startedAtMs: fromMs,
  totalUs: (untilMs - fromMs) * 1_000,
  tokensInput: INPUT,
  tokensOutput: output,
  costNanoUsd: cost(output),
  usageSource: 'provider' as const,
});

test('of requests that were under way when the last was let through, what each took beyond its reservation is summed', () => {
  const short = request(1, 0, 60, 10);
  const [long, longer] = [request(2, 0, 100, 2_000), request(3, 50, 200, 3_000)];
  expect(beyondReserved([longer, short, long], BODY, MOCK_RATES)).toBe(cost(2_000) - UNSEEN + cost(3_000) - UNSEEN);
});

test('what ended before does not count, but what it taught does', () => {
  const taught = request(1, 0, 100, 2_000);
  // One answer was seen, and of what deviates from it half of it is assumed: two deviations more are twice as much.
  expect(beyondReserved([taught, request(2, 200, 300, 5_000)], BODY, MOCK_RATES)).toBe(cost(5_000) - cost(4_000));
});

test('each process learned for itself', () => {
  const records = [request(1, 0, 100, 40), request(1, 200, 300, 2_000, 'b')];
  expect(beyondReserved(records, BODY, MOCK_RATES)).toBe(cost(2_000) - UNSEEN);
});
