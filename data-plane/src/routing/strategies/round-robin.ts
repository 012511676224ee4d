import type { Deployment } from '../route.ts';
import type { Strategy } from './strategy.ts';

/**
 * In turn, each as often as its weight says and as evenly spread as that allows (the smooth weighted round robin of nginx): with each
 * choice every candidate gains its weight, and the one that has gained the most is chosen and pays what all gained.
 */
export const roundRobin: Strategy = {
  name: 'round-robin',
  learns: 'nothing',
  choose(candidates) {
    const [first, ...others] = candidates;
    if (first === undefined) throw new Error('there is no deployment to choose from');
    return others.reduce((best, candidate) => (gainOf(candidate) > gainOf(best) ? candidate : best), first);
  },
  note(candidates, chosen) {
    let total = 0;
    for (const candidate of candidates) {
      total += candidate.weight;
      candidate.state.turn = gainOf(candidate);
    }
    chosen.state.turn -= total;
  },
};

const gainOf = ({ state, weight }: Deployment): number => state.turn + weight;
