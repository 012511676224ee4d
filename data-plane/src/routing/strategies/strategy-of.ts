import type { NodeRouting } from '@tollgate/schema';
import { leastBusy } from './least-busy.ts';
import { leastLatency } from './least-latency.ts';
import { lowestCost, type RatesOf } from './lowest-cost.ts';
import { roundRobin } from './round-robin.ts';
import { type StickyBy, sticky } from './sticky.ts';
import type { Strategy } from './strategy.ts';
import { usageAware } from './usage-aware.ts';
import { weighted } from './weighted.ts';

const OPENING_CHARACTERS = 4_000;

/** The strategy that a model declares; by weight if it declares none. */
export function strategyOf({ strategy = 'weighted', sticky: declared }: NodeRouting, ratesOf: RatesOf): Strategy {
  const chosen = byName(strategy, ratesOf);
  return declared === undefined ? chosen : sticky(toStickyBy(declared), chosen);
}

function byName(name: NonNullable<NodeRouting['strategy']>, ratesOf: RatesOf): Strategy {
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
