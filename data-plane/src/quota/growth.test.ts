import type { GatewayError, NodeQuota } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { GROWTH_TOKENS, grow } from './growth.ts';
import { createBookBench, grantOf, quotaOf } from './quota-book-fixture.ts';

const RESERVED = 10;

/** A stream for which 10 tokens were reserved, of quotas that were granted as much as is said. */
function open(granted: number, ...quotas: readonly NodeQuota[]) {
  const bench = createBookBench();
  const asking = bench.request(quotas, RESERVED);
  bench.pass(0);
  bench.answer(quotas.map(({ id }) => grantOf(id, granted)));
  const { reservation } = asking;
  if (reservation === undefined) throw new Error(`the request ${asking.outcome}`);
  const coverage = { quotas, model: 'm', rates: undefined, pieces: RESERVED };
  const stopped: GatewayError[] = [];
  return {
    ...bench,
    reservation,
    stopped,
    come: (pieces: number) =>
      grow({ book: bench.book, nowMs: () => 0 }, reservation, { coverage, pieces }, ({ error }) => {
        stopped.push(error);
      }),
    available: (id: string) => bench.book.view(id)?.available,
  };
}

const spent = (tokens: number) => ({ nano_usd: null, tokens, requests: 1, concurrent: 0 });

test('a stream within what was reserved reserves nothing more; one that outgrows it does, a step at a time', () => {
  const { come, available, reservation } = open(100, quotaOf('q'));
  come(RESERVED);
  expect(available('q')).toBe(100 - RESERVED);
  come(RESERVED + 1);
  come(RESERVED + GROWTH_TOKENS);
  expect(available('q')).toBe(100 - RESERVED - GROWTH_TOKENS);
  expect(reservation.settle(spent(20))).toEqual([{ quota: 'q', slot: 0, amount: 20 }]);
  expect(available('q')).toBe(80);
});

test('what a quota without hardStop does not have is owed, and nothing stops', () => {
  const { come, stopped, reservation } = open(RESERVED, quotaOf('q'));
  come(RESERVED + 1);
  expect(stopped).toEqual([]);
  expect(reservation.settle(spent(30))).toEqual([{ quota: 'q', slot: 0, amount: 30 }]);
});

test('a quota with hardStop stops the stream once the authority has said that there is no more, and says it once', () => {
  const { come, stopped, pass, answer, reservation } = open(
    RESERVED,
    quotaOf('key:a#tokens/lifetime', { hardStop: true }),
  );
  come(RESERVED + 1);
  expect(stopped).toEqual([]);
  pass(0);
  answer([grantOf('key:a#tokens/lifetime', RESERVED, { short: 'exhausted', limit: RESERVED })]);
  expect(stopped).toMatchObject([{ code: 'rate_limit_exceeded' }]);
  come(RESERVED + 10 * GROWTH_TOKENS);
  expect(stopped).toHaveLength(1);
  expect(reservation.settle(spent(15))).toMatchObject([{ amount: 15 }]);
});

test('if the authority has more of a quota with hardStop the stream goes on', () => {
  const { come, stopped, pass, answer, available } = open(RESERVED, quotaOf('q', { hardStop: true }));
  come(RESERVED + 1);
  pass(0);
  answer([grantOf('q', 100)]);
  expect(stopped).toEqual([]);
  expect(available('q')).toBe(100 - RESERVED - GROWTH_TOKENS);
});

test('what is granted to a stream that has ended meanwhile is free again', () => {
  const { come, pass, answer, reservation, available } = open(RESERVED, quotaOf('q', { hardStop: true }));
  come(RESERVED + 1);
  reservation.settle(spent(RESERVED));
  pass(0);
  answer([grantOf('q', 100)]);
  expect(available('q')).toBe(90);
});
