import type { Deployment } from '../route.ts';
import { chooseByWeight } from './weighted.ts';

/** The candidate with the lowest score; among equals by weight, at random. */
export function chooseLowest(
  candidates: readonly Deployment[],
  random: number,
  scoreOf: (candidate: Deployment) => number,
): Deployment {
  let lowest = Number.POSITIVE_INFINITY;
  let best: Deployment[] = [];
  for (const candidate of candidates) {
    const score = scoreOf(candidate);
    if (score > lowest) continue;
    if (score < lowest) best = [];
    lowest = score;
    best.push(candidate);
  }
  return chooseByWeight(best, random);
}
