import { randomInt } from 'node:crypto';

/** Random numbers that come again with the same seed (mulberry32). */
export type SeededRandom = {
  readonly seed: number;
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
};

export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return { seed, between: (min, max) => min + Math.floor(next() * (max - min + 1)) };
}

/** The seed of this run: TOLLGATE_CHAOS_SEED, or a new one. */
export const chooseSeed = (): number => Number(process.env['TOLLGATE_CHAOS_SEED'] ?? randomInt(2 ** 31));
