import { expect, test } from 'vitest';
import { placeCorrection, placeReset } from './place-correction.ts';

const slots = [
  { slot: 10, settled: 5 },
  { slot: 20, settled: -1 },
  { slot: 30, settled: 3 },
];

test('what is given back comes off the newest slots that have something', () => {
  expect(placeCorrection(2, slots, 40)).toEqual([{ slot: 30, amount: -2 }]);
  expect(placeCorrection(7, slots, 40)).toEqual([
    { slot: 10, amount: -4 },
    { slot: 30, amount: -3 },
  ]);
});

test('what is given beyond all that was spent is room in the current slot', () => {
  expect(placeCorrection(10, slots, 40)).toEqual([
    { slot: 10, amount: -5 },
    { slot: 30, amount: -3 },
    { slot: 40, amount: -2 },
  ]);
  expect(placeCorrection(4, [{ slot: 0, settled: 3 }], 0)).toEqual([{ slot: 0, amount: -4 }]);
});

test('what is taken counts in the current slot', () => {
  expect(placeCorrection(-4, slots, 40)).toEqual([{ slot: 40, amount: 4 }]);
});

test('a reset leaves nothing settled in any slot', () => {
  expect(placeReset(slots)).toEqual([
    { slot: 10, amount: -5 },
    { slot: 20, amount: 1 },
    { slot: 30, amount: -3 },
  ]);
  expect(placeReset([])).toEqual([]);
});
