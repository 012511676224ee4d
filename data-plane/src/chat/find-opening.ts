import type { AttemptReason } from '@tollgate/schema';
import { explainFirst, type PassedOver } from '../routing/choice.ts';
import type { Deployment, Route } from '../routing/route.ts';
import { type Choosing, selectFirst } from '../routing/select.ts';
import { type Exchange, modelOf } from './exchange.ts';
import type { Opening } from './opening.ts';
import { type DialectOf, type TargetResult, toTarget } from './target.ts';

export type Search = {
  /** Where it is looked: a route, and its fallbacks if all of it is left alone. */
  readonly route: Route;
  /** The route of which one of these was made, for this request alone; left out, they are as they are. */
  readonly originalOf?: (route: Route) => Route;
  readonly reason: AttemptReason;
  /** See `Opening`. */
  readonly standIns: readonly Route[] | undefined;
  /** What was passed over before. */
  readonly passed: readonly PassedOver[] | undefined;
};

export type Found =
  | { readonly ok: true; readonly opening: Opening }
  | (Extract<TargetResult, { readonly ok: false }> & { readonly deployment: Deployment });

const ITSELF = (route: Route): Route => route;

/**
 * Chooses a deployment for a request to begin at, and translates the request for it; the model of the deployment counts it. Refused if the format
 * of the deployment's provider cannot say it.
 * @param admitted the route of what was asked for, and the name that was admitted
 */
export function findOpening(
  dialectOf: DialectOf,
  admitted: Pick<Exchange, 'asked' | 'model'>,
  { route, originalOf = ITSELF, reason, standIns, passed }: Search,
  choosing: Choosing,
): Found {
  const { request } = choosing;
  const chosen = selectFirst(route, choosing);
  const { deployment } = chosen;
  const counted = originalOf(chosen.route);
  const requested = counted === admitted.asked ? request.requested : counted.name;
  const result = toTarget(dialectOf, request.chat, { route: counted, deployment }, requested);
  if (!result.ok) return { ...result, deployment };
  const { target } = result;
  const choice = explainFirst(route, chosen, choosing, passed);
  const countedAs = modelOf(admitted, counted);
  return { ok: true, opening: { countedAs, counted, target, choice, passed, reason, standIns } };
}
