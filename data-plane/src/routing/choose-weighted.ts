import type { Deployment } from './route.ts';

/** Chooses in proportion to the weights, all above 0; `random` is in [0, 1). There must be a candidate. */
export function chooseWeighted(candidates: readonly Deployment[], totalWeight: number, random: number): Deployment {
  let remaining = random * totalWeight;
  let chosen = candidates[0];
  for (const candidate of candidates) {
    chosen = candidate;
    remaining -= candidate.weight;
    if (remaining < 0) break;
  }
  if (chosen === undefined) throw new Error('there is no deployment to choose from');
  return chosen;
}
