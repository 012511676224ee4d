import { expect, test } from 'vitest';
import { comparedWith, valuesOf } from './compare.ts';
import type { Round } from './round.ts';

const load = { gatewayCpuSeconds: 1, wallSeconds: 1, otherCpus: 0 };
const round = (gateway: string, result: number): Round<number> => ({ gateway, result, load });
const ROUNDS = [
  [round('direct', 100), round('nginx', 50)],
  [round('direct', 10), round('nginx', 4)],
  [round('direct', 80), round('nginx', 48)],
];

test('a comparison is made inside each round, so that a slow round does not bend it', () => {
  expect(comparedWith(ROUNDS, 'nginx', 'direct', (one, other) => one.result / other.result)).toBe(0.5);
  expect(valuesOf(ROUNDS, 'nginx', ({ result }) => result)).toEqual([50, 4, 48]);
});

test('without the other candidate there is no comparison', () => {
  expect(comparedWith(ROUNDS, 'nginx', 'tollgate', () => 1)).toBeNaN();
});
