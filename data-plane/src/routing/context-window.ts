import type { PriceBook } from '@tollgate/schema';
import type { Deployment, Route } from './route.ts';
import { upstreamModelOf } from './upstream-model.ts';

/**
 * How many tokens a request to a deployment may have; undefined if that is not known.
 * @param requested what a wildcard in the route's name stands for
 */
export type WindowOf = (deployment: Deployment, requested: string) => number | undefined;

/** What it declares holds, else what the price book knows of its model. */
export const windowOfRoute =
  (name: string, priceBook: Pick<PriceBook, 'contextTokens'>): WindowOf =>
  ({ contextTokens, row, upstreamModel }, requested) =>
    contextTokens ?? priceBook.contextTokens(row, upstreamModelOf(name, upstreamModel, requested), Date.now());

/** Models that clients choose of a wildcard are looked up when they are asked for; none that is listed takes much less. */
const WILDCARD_TOKENS = 4_096;

/** The smallest of a route's windows; infinite if none is known. */
export function smallestWindowOf(name: string, tiers: Route['tiers'], windowOf: WindowOf): number {
  const windows = tiers
    .flatMap(({ deployments }) => deployments)
    .map((deployment) => {
      const { contextTokens, upstreamModel, row } = deployment;
      if (contextTokens === undefined && upstreamModel.endsWith('*') && row.priceSourceId !== undefined)
        return WILDCARD_TOKENS;
      return windowOf(deployment, name) ?? Number.POSITIVE_INFINITY;
    });
  return Math.min(...windows);
}
