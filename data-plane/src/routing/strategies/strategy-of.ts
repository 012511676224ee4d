import type { NodeRouting, RoutingStrategy } from '@tollgate/schema';
import { leastBusy } from './least-busy.ts';
import { leastLatency } from './least-latency.ts';
import { lowestCost, type RatesOf } from './lowest-cost.ts';
import { roundRobin } from './round-robin.ts';
import { type StickyBy, sticky } from './sticky.ts';
import type { Strategy } from './strategy.ts';
import { usageAware } from './usage-aware.ts';
import { weighted } from './weighted.ts';

const OPENING_CHARACTERS = 4_000;

/** The strategy of a name, for requests that do not belong together with others. */
export function strategyOf(name: RoutingStrategy, declared: NodeRouting['sticky'], ratesOf: RatesOf): Strategy {
  const chosen = byName(name, ratesOf);
  return declared === undefined ? chosen : sticky(toStickyBy(declared), chosen);
}

function byName(name: RoutingStrategy, ratesOf: RatesOf): Strategy {
  switch (name) {
    case 'weighted':
      return weighted;
    case 'round-robin':
      return roundRobin;
    case 'least-busy':
      return leastBusy;
    case 'least-latency':
      return leastLatency;
    case 'lowest-cost':
      return lowestCost(ratesOf);
    case 'usage-aware':
      return usageAware;
    default:
      return name satisfies never;
  }
}

function toStickyBy({
  by,
  header = '',
  characters = OPENING_CHARACTERS,
}: NonNullable<NodeRouting['sticky']>): StickyBy {
  switch (by) {
    case 'header':
      return { by, header };
    case 'user':
      return { by };
    case 'prompt':
      return { by, characters };
    default:
      return by satisfies never;
  }
}
