import type { Round } from './round.ts';
import { median } from './samples.ts';

/** The values of one candidate, one per round. */
export function valuesOf<R>(
  rounds: ReadonlyArray<ReadonlyArray<Round<R>>>,
  gateway: string,
  value: (round: Round<R>) => number,
): number[] {
  return rounds.flatMap((round) => round.filter((one) => one.gateway === gateway).map(value));
}

/**
 * Compares a candidate with another inside each round and takes the median over the rounds, so that a spell in which the
 * whole machine was slow weighs on both sides. NaN when the two never ran in the same round.
 */
export function comparedWith<R>(
  rounds: ReadonlyArray<ReadonlyArray<Round<R>>>,
  gateway: string,
  other: string,
  compare: (one: Round<R>, other: Round<R>) => number,
): number {
  const compared = rounds.flatMap((round) => {
    const one = round.find((candidate) => candidate.gateway === gateway);
    const reference = round.find((candidate) => candidate.gateway === other);
    return one === undefined || reference === undefined ? [] : [compare(one, reference)];
  });
  return median(compared);
}
