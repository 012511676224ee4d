import { expect, test } from 'vitest';
import { createHolding, type Holding } from './holding.ts';
import { amountsOf, grantOf, quotaOf } from './quota-book-fixture.ts';
import { createReservation } from './reservation.ts';

const spend = (tokens: number, nanoUsd: number | null = tokens) => ({
  nano_usd: nanoUsd,
  tokens,
  requests: 1,
  concurrent: 0,
});

function open(...quotas: readonly ReturnType<typeof quotaOf>[]) {
  const holdings = new Map<string, Holding>();
  for (const { id } of quotas) {
    const holding = createHolding(id);
    holding.apply(grantOf(id, 10, { slot: 7 }), 0);
    holdings.set(id, holding);
  }
  const holdingOf = ({ id }: { readonly id: string }): Holding => {
    const holding = holdings.get(id);
    if (holding === undefined) throw new Error(`no holding of ${id}`);
    return holding;
  };
  const reservation = createReservation(quotas, amountsOf(4), 1, holdingOf);
  return { reservation, holdingOf, available: (id: string) => holdingOf({ id }).available(1) };
}

test('takes of each quota in its unit; what was not spent is free again, and requests under way are never spent', () => {
  const { reservation, available } = open(
    quotaOf('tokens'),
    quotaOf('requests', { unit: 'requests' }),
    quotaOf('concurrent', { unit: 'concurrent' }),
    quotaOf('money', { unit: 'nano_usd' }),
  );
  expect(['tokens', 'requests', 'concurrent', 'money'].map(available)).toEqual([6, 9, 9, 6]);
  expect(reservation.settle(spend(3, null))).toEqual([
    { quota: 'tokens', slot: 7, amount: 3 },
    { quota: 'requests', slot: 7, amount: 1 },
  ]);
  expect(['tokens', 'requests', 'concurrent', 'money'].map(available)).toEqual([7, 9, 10, 10]);
});

test('settles once', () => {
  const { reservation, available } = open(quotaOf('tokens'));
  reservation.settle(spend(3));
  expect(reservation.settle(spend(3))).toEqual([]);
  expect(available('tokens')).toBe(7);
});

test('grows with a stream: what it outgrows is owed, and a quota with hardStop says that it has no more', () => {
  const { reservation, available } = open(quotaOf('soft'), quotaOf('hard', { hardStop: true }));
  expect(reservation.grow(spend(6), 2)).toBeUndefined();
  expect([available('soft'), available('hard')]).toEqual([0, 0]);
  expect(reservation.grow(spend(1), 3)?.id).toBe('hard');
  reservation.settle(spend(11));
  expect(available('soft')).toBe(0);
  expect(reservation.grow(spend(5), 4)).toBeUndefined();
});

test('what a stream grows by after a window has turned is reserved and charged in the new one', () => {
  const { reservation, holdingOf, available } = open(quotaOf('hard', { hardStop: true }));
  holdingOf({ id: 'hard' }).apply(grantOf('hard', 10, { slot: 8 }), 1);
  expect(reservation.grow(spend(6), 1)).toBeUndefined();
  expect(available('hard')).toBe(4);
  expect(reservation.grow(spend(5), 1)?.id).toBe('hard');
  expect(reservation.settle(spend(9))).toEqual([
    { quota: 'hard', slot: 7, amount: 4 },
    { quota: 'hard', slot: 8, amount: 5 },
  ]);
  expect(available('hard')).toBe(5);
});
