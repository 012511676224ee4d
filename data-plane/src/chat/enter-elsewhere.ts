import type { GatewayError, PassOverReason, Rates } from '@tollgate/schema';
import type { HeaderList } from '../http/client-response.ts';
import type { Pass } from '../quota/pass.ts';
import type { Full, QuotaGate } from '../quota/quota-gate.ts';
import { explainFirst, type PassedOver, passedOver } from '../routing/choice.ts';
import type { Deployment, Route } from '../routing/route.ts';
import { type Choosing, selectFirst } from '../routing/select.ts';
import { narrowTiers } from '../routing/tiers.ts';
import type { Prices } from '../usage/prices.ts';
import type { Admitted } from './admit.ts';
import type { Asking } from './asking.ts';
import { modelOf } from './exchange.ts';
import { type Opening, toGateRequest } from './opening.ts';
import { type DialectOf, toTarget } from './target.ts';

export type EnterDeps = {
  readonly gate: QuotaGate;
  readonly prices: Prices;
  readonly dialectOf: DialectOf;
  readonly random: () => number;
};

/** One of the two is called, once: at once, or after the authority was asked. */
export type Entered = {
  readonly onPass: (pass: Pass, opening: Opening, rates: Rates | undefined) => void;
  readonly onRefused: (error: GatewayError, headers: HeaderList) => void;
};

/** For choices among deployments. */
export const choosingOf = ({ random }: EnterDeps, { admitted, mayUse, arrivedUs }: Asking): Choosing => ({
  request: admitted.request,
  mayUse,
  random: random(),
  nowMs: arrivedUs / 1_000,
});

/** How a request enters, and what can be called in place of a provider that has no room for it. */
export type Way = {
  readonly opening: Opening;
  /** Where it may begin instead, in turn; the first of them whoever asks may use. */
  readonly routes: readonly Route[];
};

const wayOf = (admitted: Admitted): Way => ({
  opening: admitted,
  routes: admitted.standIns ?? [admitted.asked, ...admitted.asked.fallbacks],
});

/**
 * Takes a request through the quota gate as what was asked for, or as what steps in for that. A provider whose own quotas have no room is passed
 * over as one that is left alone: for another of the model, and then for its fallbacks. If none has room, the first refusal stands.
 */
export function enterElsewhere(
  deps: EnterDeps,
  asking: Asking,
  { onPass, onRefused }: Entered,
  way: Way = wayOf(asking.admitted),
): void {
  const { gate, prices } = deps;
  const { admitted, startedAtMs } = asking;
  const full: Full[] = [];
  /** Those whose provider's format cannot say the request. */
  const mute = new Set<Deployment>();
  let first: { readonly error: GatewayError; readonly headers: HeaderList } | undefined;
  enter(way.opening);

  function enter(opening: Opening): void {
    const { deployment, upstreamModel } = opening.target;
    const rates = prices.ratesFor(deployment, upstreamModel, startedAtMs);
    gate.enter(
      toGateRequest(asking, opening, rates),
      (pass) => onPass(pass, opening, rates),
      (error, headers, refusing) => {
        first ??= { error, headers };
        if (refusing !== undefined) full.push(refusing);
        const next = refusing === undefined || asking.response.isGone() ? undefined : openingBeside();
        if (next === undefined) onRefused(first.error, first.headers);
        else enter(next);
      },
    );
  }

  function openingBeside(): Opening | undefined {
    const choosing = choosingOf(deps, asking);
    const { asked, request } = admitted;
    const { reason, standIns, passed: before = [] } = way.opening;
    const { routes } = way;
    const passed = [...before];
    const allowed = routes.filter((route) => route === routes[0] || asking.mayUse(route.name));
    const [route, ...fallbacks] = allowed.flatMap((one) => withRoom(one, passed));
    if (route === undefined) return undefined;
    const narrowed = { ...route, fallbacks };
    const chosen = selectFirst(narrowed, choosing);
    const choice = explainFirst(narrowed, chosen, choosing, passed);
    const counted = routes.find(({ name }) => name === chosen.route.name) ?? asked;
    const requested = counted === asked ? request.requested : counted.name;
    const result = toTarget(deps.dialectOf, request.chat, { ...chosen, route: counted }, requested);
    if (!result.ok) {
      mute.add(chosen.deployment);
      return openingBeside();
    }
    const countedAs = modelOf(admitted, counted);
    return { countedAs, counted, target: result.target, choice, passed: before, reason, standIns };
  }

  /** A route without the providers that have no room for it, or no words. */
  function withRoom(route: Route, passed: PassedOver[]): readonly Route[] {
    const tiers = narrowTiers(route.tiers, (deployment) => {
      const reason = reasonAgainst(route, deployment);
      if (reason !== undefined) passed.push(passedOver(route, reason, deployment));
      return reason === undefined;
    });
    return tiers === undefined ? [] : [{ ...route, tiers }];
  }

  function reasonAgainst({ name }: Route, deployment: Deployment): PassOverReason | undefined {
    if (mute.has(deployment)) return 'cannot_say';
    const isFull = full.some(({ provider, model = name }) => provider === deployment.providerName && model === name);
    return isFull ? 'no_room' : undefined;
  }
}
