import type { GatewayError, Rates } from '@tollgate/schema';
import type { HeaderList } from '../http/client-response.ts';
import type { Pass } from '../quota/pass.ts';
import type { QuotaGate } from '../quota/quota-gate.ts';
import { explainFirst, type PassedOver, passedOver } from '../routing/choice.ts';
import type { Deployment, Route } from '../routing/route.ts';
import { type Choosing, selectFirst } from '../routing/select.ts';
import { narrowTiers } from '../routing/tiers.ts';
import type { Prices } from '../usage/prices.ts';
import type { Asking } from './asking.ts';
import { modelOf } from './exchange.ts';
import { type Opening, toGateRequest } from './opening.ts';
import { type DialectOf, toTarget } from './target.ts';

const NONE: readonly string[] = Object.freeze([]);

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

/**
 * Takes a request through the quota gate as what was asked for. A provider whose own quotas have no room is passed over as one that is left
 * alone: for another of the model, and then for its fallbacks. If none has room, the first refusal stands.
 */
export function enterElsewhere(deps: EnterDeps, asking: Asking, { onPass, onRefused }: Entered): void {
  const { gate, prices } = deps;
  const { admitted, startedAtMs } = asking;
  let full: readonly string[] = NONE;
  let first: { readonly error: GatewayError; readonly headers: HeaderList } | undefined;
  enter(admitted);

  function enter(opening: Opening): void {
    const { deployment, upstreamModel } = opening.target;
    const rates = prices.ratesFor(deployment, upstreamModel, startedAtMs);
    gate.enter(
      toGateRequest(asking, opening, rates),
      (pass) => onPass(pass, opening, rates),
      (error, headers, provider) => {
        first ??= { error, headers };
        const next = provider === undefined || asking.response.isGone() ? undefined : openingBeside(provider);
        if (next === undefined) onRefused(first.error, first.headers);
        else enter(next);
      },
    );
  }

  function openingBeside(provider: string): Opening | undefined {
    full = [...full, provider];
    const choosing = choosingOf(deps, asking);
    const { asked, request, reason, standIns } = admitted;
    const passed: PassedOver[] = [];
    const routes = standIns ?? [asked, ...asked.fallbacks];
    const allowed = routes.filter((route) => route === routes[0] || asking.mayUse(route.name));
    const [route, ...fallbacks] = allowed.flatMap((one) => withRoom(one, passed));
    if (route === undefined) return undefined;
    const narrowed = { ...route, fallbacks };
    const chosen = selectFirst(narrowed, choosing);
    const choice = explainFirst(narrowed, chosen, choosing, passed);
    const counted = routes.find(({ name }) => name === chosen.route.name) ?? asked;
    const requested = counted === asked ? request.requested : counted.name;
    const result = toTarget(deps.dialectOf, request.chat, { ...chosen, route: counted }, requested);
    if (!result.ok) return undefined;
    const countedAs = modelOf(admitted, counted);
    return { countedAs, counted, target: result.target, choice, reason, standIns };
  }

  /** A route without the providers that have no room. */
  function withRoom(route: Route, passed: PassedOver[]): readonly Route[] {
    const hasRoom = (deployment: Deployment): boolean => {
      if (!full.includes(deployment.providerName)) return true;
      passed.push(passedOver(route, 'no_room', deployment));
      return false;
    };
    const tiers = narrowTiers(route.tiers, hasRoom);
    return tiers === undefined ? [] : [{ ...route, tiers }];
  }
}
