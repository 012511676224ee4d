import { chooseLowest } from './lowest.ts';
import type { Strategy } from './strategy.ts';

/** The fewest attempts under way on this node, counting the one to come, for its weight. */
export const leastBusy: Strategy = {
  name: 'least-busy',
  learns: 'nothing',
  figureOf: ({ state }) => state.inFlight,
  choose: (candidates, _, random) =>
    chooseLowest(candidates, random, ({ state, weight }) => (state.inFlight + 1) / weight),
};
