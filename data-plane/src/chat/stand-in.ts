import type { AttemptReason } from '@tollgate/schema';
import { explainFirst, type PassedOver } from '../routing/choice.ts';
import type { Deployment, Route } from '../routing/route.ts';
import { type Choosing, selectFirst } from '../routing/select.ts';
import type { Opening } from './opening.ts';
import { type DialectOf, type TargetResult, toTarget } from './target.ts';

export type StandIn = {
  /** Where it begins; its own fallbacks are those of the stand-ins that may begin instead if it is left alone. */
  readonly route: Route;
  /** All of them, in turn, this one among them. */
  readonly standIns: readonly Route[];
  readonly reason: AttemptReason;
  /** What was passed over before. */
  readonly passed: readonly PassedOver[];
};

export type StandInResult =
  | { readonly ok: true; readonly opening: Opening }
  | (Extract<TargetResult, { readonly ok: false }> & { readonly deployment: Deployment });

/** Lets a request begin at a fallback, which it then counts for; refused if the format of the deployment's provider cannot say it. */
export function openStandIn(
  dialectOf: DialectOf,
  { route, standIns, reason, passed }: StandIn,
  choosing: Choosing,
): StandInResult {
  const chosen = selectFirst(route, choosing);
  const { name } = chosen.route;
  const result = toTarget(dialectOf, choosing.request.chat, chosen, name);
  if (!result.ok) return { ...result, deployment: chosen.deployment };
  const choice = explainFirst(route, chosen, choosing, passed);
  const { target } = result;
  return { ok: true, opening: { countedAs: name, counted: chosen.route, target, choice, passed, reason, standIns } };
}
