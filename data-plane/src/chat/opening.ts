import type { AttemptReason, Rates, RoutingChoice } from '@tollgate/schema';
import type { GateRequest } from '../quota/coverage.ts';
import type { PassedOver } from '../routing/choice.ts';
import type { Route } from '../routing/route.ts';
import type { Asking } from './asking.ts';
import type { Target } from './target.ts';

/** How a request can begin: where its first attempt goes, why there, and whose quotas count it. */
export type Opening = {
  /** The public name that is counted: what was admitted, or a fallback that begins in its place. */
  readonly countedAs: string;
  readonly counted: Route;
  /** Where the first attempt goes. */
  readonly target: Target;
  /** What that rests on; undefined if there was no choice. */
  readonly choice: RoutingChoice | undefined;
  /** What was passed over before its routes were looked at; undefined if nothing was. */
  readonly passed: readonly PassedOver[] | undefined;
  readonly reason: AttemptReason;
  /** The routes that step in for each other when attempts fail, that of the first among them; undefined for the fallbacks of what was asked for. */
  readonly standIns: readonly Route[] | undefined;
};

/** An opening at the quota gate, with what it would be charged. */
export const toGateRequest = (
  { caller: { key, grant }, chat, customer }: Pick<Asking, 'caller' | 'chat' | 'customer'>,
  { countedAs, counted, target }: Opening,
  rates: Rates | undefined,
): GateRequest => ({
  key,
  grant,
  chat,
  model: countedAs,
  route: counted,
  deployment: target.deployment,
  upstreamModel: target.upstreamModel,
  rates,
  endUser: customer || chat.body['user'],
});
