import type { Deployment } from '../route.ts';
import { expectedInput, expectedOutput } from './expected-tokens.ts';
import { chooseLowest } from './lowest.ts';
import type { RoutingRequest, Strategy } from './strategy.ts';

/** What a million tokens cost; undefined if no price is known. */
export type PriceOf = (
  deployment: Deployment,
  request: RoutingRequest,
) => { readonly input: number; readonly output: number } | undefined;

/** The lowest price for what the request puts in and is taken to get; those without a known price come last. */
export const lowestCost = (priceOf: PriceOf): Strategy => ({
  learns: 'nothing',
  choose(candidates, request, random) {
    const [input, output] = [expectedInput(request.chat), expectedOutput(request.chat)];
    return chooseLowest(candidates, random, (candidate) => {
      const price = priceOf(candidate, request);
      return price === undefined ? Number.MAX_VALUE : input * price.input + output * price.output;
    });
  },
});
