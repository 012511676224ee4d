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
  const later = (tokens: number) => createReservation(quotas, amountsOf(tokens), 1, holdingOf);
  return { reservation, later, holdingOf, available: (id: string) => holdingOf({ id }).available(1) };
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
    { quota: 'concurrent', slot: 7, amount: 0 },
    { quota: 'money', slot: 7, amount: 0 },
  ]);
  expect(['tokens', 'requests', 'concurrent', 'money'].map(available)).toEqual([7, 9, 10, 10]);
});

test('settles once', () => {
  const { reservation, available } = open(quotaOf('tokens'));
  reservation.settle(spend(3));
  expect(reservation.settle(spend(3))).toEqual([]);
  expect(available('tokens')).toBe(7);
});

test('what was reserved later is settled together with it, and is free again if it has ended', () => {
  const { reservation, later, available } = open(quotaOf('tokens'), quotaOf('other'));
  reservation.absorb(later(5));
  expect([available('tokens'), available('other')]).toEqual([1, 1]);
  expect(reservation.settle(spend(7))).toEqual([
    { quota: 'tokens', slot: 7, amount: 7 },
    { quota: 'other', slot: 7, amount: 7 },
  ]);
  expect(available('tokens')).toBe(3);
  reservation.absorb(later(2));
  expect(available('tokens')).toBe(3);
});

test('what a stream grows by after a window has turned is charged in the new one', () => {
  const { reservation, later, holdingOf, available } = open(quotaOf('tokens'));
  holdingOf({ id: 'tokens' }).apply(grantOf('tokens', 10, { slot: 8 }), 1);
  reservation.absorb(later(6));
  reservation.absorb(later(1));
  expect(available('tokens')).toBe(3);
  expect(reservation.settle(spend(9))).toEqual([
    { quota: 'tokens', slot: 7, amount: 4 },
    { quota: 'tokens', slot: 8, amount: 5 },
  ]);
  expect(available('tokens')).toBe(5);
});
