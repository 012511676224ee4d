import { costNanoUsd, NO_TOKENS, type Rates } from '@tollgate/schema';
import type { Deployment } from '../route.ts';
import { expectedInput, expectedOutput } from './expected-tokens.ts';
import { chooseLowest } from './lowest.ts';
import type { RoutingRequest, Strategy } from './strategy.ts';

/** What a deployment would be charged with for a request now; undefined if no price is known. */
export type RatesOf = (deployment: Deployment, request: RoutingRequest) => Rates | undefined;

/** The lowest cost of what the request puts in and is taken to get, charged as it will be; those without a known price come last. */
export function lowestCost(ratesOf: RatesOf): Strategy {
  function costOf(candidate: Deployment, request: RoutingRequest): number | undefined {
    const rates = ratesOf(candidate, request);
    const { chat } = request;
    return rates && costNanoUsd({ ...NO_TOKENS, input: expectedInput(chat), output: expectedOutput(chat) }, rates);
  }

  return {
    name: 'lowest-cost',
    learns: 'nothing',
    figureOf: (candidate, request) => costOf(candidate, request) ?? null,
    choose: (candidates, request, random) =>
      chooseLowest(candidates, random, (candidate) => costOf(candidate, request) ?? Number.MAX_VALUE),
  };
}
