import type { GatewayError } from '@tollgate/schema';
import type { HeaderList } from '../http/client-response.ts';
import { notAllowed, type PassedOver, passedOver } from '../routing/choice.ts';
import { isAvailable } from '../routing/health.ts';
import type { Deployment, Route } from '../routing/route.ts';
import { narrowTiers } from '../routing/tiers.ts';
import { upstreamModelOf } from '../routing/upstream-model.ts';
import type { Asking } from './asking.ts';
import { choosingOf, type EnterDeps, type Entered, enterElsewhere, type Refused } from './enter-elsewhere.ts';
import { findOpening } from './find-opening.ts';
import { type Opening, toGateRequest } from './opening.ts';

/**
 * Takes a request for a model with `budgetFallbacks` through the quota gate: as what was asked for, or, if a budget that counts it is spent or
 * nearly so, as the first of these that fits in all quotas that count that one. A budget that is nearly spent is left to the fallbacks first, and what was
 * asked for goes only when none of them can; one that refuses is the other way round. Fallbacks that the key may not use, whose price is not
 * known or that would cost more are passed over, and those that are left alone after failures come last. If all refuse, the first refusal stands.
 */
export function enterFrugally(deps: EnterDeps, asking: Asking, { onPass, onRefused }: Entered): void {
  const { gate, prices } = deps;
  const choosing = choosingOf(deps, asking);
  const { caller, admitted, startedAtMs, response } = asking;
  const passed: PassedOver[] = [];
  const { asked } = admitted;
  const ratesOf = (deployment: Deployment, upstreamModel: string) =>
    prices.ratesFor(deployment, upstreamModel, startedAtMs);
  const plain = toGateRequest(asking, admitted, ratesOf(admitted.target.deployment, admitted.target.upstreamModel));
  const isSparing = gate.isNearlySpent(plain, asked.budgetFallbackAt ?? 1);
  if (isSparing) passed.push(passedOver(admitted.counted, 'nearly_spent'));
  const openings = openingsOf(isSparing);
  let first: Refused | undefined;
  enterNext();

  function enterNext(): void {
    const { value: opening } = openings.next();
    if (opening === undefined) return first && onRefused(first.error, first.headers);
    const onRefusal = (error: GatewayError, headers: HeaderList) => {
      first ??= { error, headers };
      const isOver = response.isGone() || (opening === admitted && !isSparing && error.code !== 'budget_exceeded');
      if (isOver) return onRefused(first.error, first.headers);
      if (opening !== admitted || !isSparing) passed.push(passedOver(opening.counted, 'no_room'));
      enterNext();
    };
    enterElsewhere(deps, asking, { onPass, onRefused: onRefusal }, opening);
  }

  /** What can be tried, in turn; each is made when it is asked for. */
  function* openingsOf(isAskedLater: boolean): Generator<Opening, undefined> {
    if (!isAskedLater) yield admitted;
    const routes = asked.budgetFallbacks.flatMap(toAffordable);
    const well = routes.filter((route) => isWell(route, choosing.nowMs));
    const standIns = [...well, ...routes.filter((route) => !well.includes(route))];
    for (const route of well) yield* openingOf(route, standIns);
    if (isAskedLater) yield admitted;
    for (const route of standIns.slice(well.length)) yield* openingOf(route, standIns);
    return undefined;
  }

  /** A fallback with those of its deployments that spare the budget; what it falls back to itself stands in the list behind it. */
  function toAffordable(route: Route): readonly Route[] {
    if (!caller.grant.mayUse(route.name)) {
      passed.push(notAllowed(route));
      return [];
    }
    const limit = gate.expectedCost(plain) ?? Number.POSITIVE_INFINITY;
    const tiers = narrowTiers(route.tiers, (deployment) => {
      const upstreamModel = upstreamModelOf(route.name, deployment.upstreamModel, route.name);
      const rates = ratesOf(deployment, upstreamModel);
      const cost = gate.expectedCost({ ...plain, deployment, upstreamModel, rates }, plain);
      if (cost !== null && cost <= limit) return true;
      passed.push(passedOver(route, cost === null ? 'no_price' : 'dearer', deployment));
      return false;
    });
    return tiers === undefined ? [] : [{ ...route, tiers, fallbacks: [] }];
  }

  /** None if the format of its provider cannot say the request. */
  function openingOf(route: Route, standIns: readonly Route[]): readonly Opening[] {
    const search = { route, standIns, reason: 'budget_fallback', passed } as const;
    const result = findOpening(deps.dialectOf, admitted, search, choosing);
    if (result.ok) return [result.opening];
    passed.push(passedOver(route, 'cannot_say', result.deployment));
    return [];
  }
}

/** Whether there is a deployment that is not left alone. */
const isWell = ({ tiers }: Route, nowMs: number): boolean =>
  tiers.some(({ deployments }) => deployments.some(({ state }) => isAvailable(state.health, nowMs)));
