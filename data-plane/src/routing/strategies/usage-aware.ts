import type { Deployment } from '../route.ts';
import { expectedInput, expectedOutput } from './expected-tokens.ts';
import { chooseLowest } from './lowest.ts';
import type { RoutingRequest, Strategy } from './strategy.ts';

/**
 * The one that has the greatest share of its declared requests and tokens per minute left, once this request is counted; by what this node
 * sent there in the last minute. One that has none left is chosen only if all have none: these are no limits, which refuse.
 */
export const usageAware: Strategy = {
  name: 'usage-aware',
  learns: 'usage',
  figureOf: (candidate, request, nowMs) => Math.round(shareUsed(candidate, tokensOf(request), nowMs) * 1_000) / 10,
  choose(candidates, request, random, nowMs) {
    const tokens = tokensOf(request);
    return chooseLowest(candidates, random, (candidate) => shareUsed(candidate, tokens, nowMs));
  },
};

const tokensOf = ({ chat }: RoutingRequest): number => expectedInput(chat) + expectedOutput(chat);

function shareUsed({ state, rpm, tpm }: Deployment, tokens: number, nowMs: number): number {
  const requestsUsed = rpm === undefined ? 0 : (state.requests.sum(nowMs) + 1) / rpm;
  const tokensUsed = tpm === undefined ? 0 : (state.tokens.sum(nowMs) + tokens) / tpm;
  return Math.max(requestsUsed, tokensUsed);
}
