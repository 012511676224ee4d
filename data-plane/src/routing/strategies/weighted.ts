import type { Deployment } from '../route.ts';
import type { Strategy } from './strategy.ts';

/** In proportion to the weights, at random. */
export const weighted: Strategy = {
  name: 'weighted',
  learns: 'nothing',
  choose: (candidates, _, random) => chooseByWeight(candidates, random),
};

/** Chooses in proportion to the weights, all above 0; `random` is in [0, 1). There must be a candidate. */
export function chooseByWeight(candidates: readonly Deployment[], random: number): Deployment {
  let total = 0;
  for (const { weight } of candidates) total += weight;
  let remaining = random * total;
  let chosen = candidates[0];
  for (const candidate of candidates) {
    chosen = candidate;
    remaining -= candidate.weight;
    if (remaining < 0) break;
  }
  if (chosen === undefined) throw new Error('there is no deployment to choose from');
  return chosen;
}
