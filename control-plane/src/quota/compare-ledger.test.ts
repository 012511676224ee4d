import { expect, test } from 'vitest';
import { type CountedLease, compareLedger } from './compare-ledger.ts';
import type { SlotSpan } from './slot-span.ts';

const span = (slot: number, fromSlot = slot): SlotSpan => ({
  slot,
  fromSlot,
  countsForMs: null,
  nextSlotMs: null,
  usableUntilMs: null,
});
const lease = (change: Partial<CountedLease>): CountedLease => ({
  quota: 'q',
  slot: 0,
  holder: 'h',
  spent: 10,
  recorded: 4,
  state: 'running',
  ...change,
});
const ledger = (amount: number, rows = 4, unplaced = 0) => ({
  sums: [{ quota: 'q', amount, unplaced }],
  boots: [{ bootId: 'h', rows }],
});
const compare = (
  leases: readonly CountedLease[],
  answer: Parameters<typeof compareLedger>[2],
  { settled = 0, at = span(0) } = {},
) => compareLedger(new Map([['q', at]]), { leases, settled: [{ quota: 'q', settled }] }, answer);

test('what agrees needs no correction; what differs is corrected to what the records say', () => {
  expect(compare([lease({})], ledger(10))).toEqual([{ quota: 'q', drift: 0, correction: 0 }]);
  expect(compare([lease({})], ledger(12))).toEqual([{ quota: 'q', drift: -2, correction: 2 }]);
  expect(compare([lease({})], ledger(7))).toEqual([{ quota: 'q', drift: 3, correction: -3 }]);
  expect(compare([lease({})], ledger(15), { settled: 5 })).toMatchObject([{ drift: 0 }]);
});

test('as long as records may be on their way, nothing is compared', () => {
  expect(compare([lease({})], ledger(9, 3))).toEqual([]);
  expect(compare([lease({}), lease({ slot: 1, recorded: 5 })], ledger(9, 4))).toEqual([]);
  expect(compare([lease({ recorded: null })], ledger(9))).toEqual([]);
  expect(compare([lease({ state: 'ended' })], ledger(10))).toEqual([]);
  expect(compare([lease({})], ledger(10, 4, 1))).toEqual([]);
  expect(compare([lease({ state: 'settled', recorded: null })], ledger(10))).toMatchObject([{ drift: 0 }]);
});

test('a holder that made no record, and a quota that nothing was charged to, are compared as well', () => {
  const nothing = { sums: [], boots: [] };
  expect(compare([lease({ spent: 0, recorded: 0 })], nothing)).toMatchObject([{ drift: 0 }]);
  expect(compare([lease({ spent: 3, recorded: 0 })], nothing)).toMatchObject([{ drift: 3, correction: -3 }]);
});

test('in a rolling window too little that was counted is corrected, and too much goes with the window', () => {
  const at = span(9, 0);
  expect(compare([lease({})], ledger(12), { at })).toEqual([{ quota: 'q', drift: -2, correction: 2 }]);
  expect(compare([lease({})], ledger(7), { at })).toEqual([{ quota: 'q', drift: 3, correction: 0 }]);
});
