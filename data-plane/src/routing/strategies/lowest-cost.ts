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
  name: 'lowest-cost',
  learns: 'nothing',
  figureOf(candidate, request) {
    const cost = costOf(priceOf(candidate, request), request);
    return cost === undefined ? null : Math.round(cost / TOKENS_OF_PRICE);
  },
  choose: (candidates, request, random) =>
    chooseLowest(candidates, random, (candidate) => costOf(priceOf(candidate, request), request) ?? Number.MAX_VALUE),
});

const TOKENS_OF_PRICE = 1_000_000;

/** A million times the cost; undefined if no price is known. */
const costOf = (price: ReturnType<PriceOf>, { chat }: RoutingRequest): number | undefined =>
  price && expectedInput(chat) * price.input + expectedOutput(chat) * price.output;
