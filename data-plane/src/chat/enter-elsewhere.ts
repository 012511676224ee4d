import type { GatewayError, PassOverReason, Rates } from '@tollgate/schema';
import type { HeaderList } from '../http/client-response.ts';
import type { Pass } from '../quota/pass.ts';
import type { Full, QuotaGate } from '../quota/quota-gate.ts';
import { type PassedOver, passedOver } from '../routing/choice.ts';
import type { Deployment, Route } from '../routing/route.ts';
import type { Choosing } from '../routing/select.ts';
import { narrowTiers } from '../routing/tiers.ts';
import type { Prices } from '../usage/prices.ts';
import type { Admitted } from './admit.ts';
import type { Asking } from './asking.ts';
import { findOpening } from './find-opening.ts';
import { type Opening, toGateRequest } from './opening.ts';
import type { DialectOf } from './target.ts';

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

export type Refused = { readonly error: GatewayError; readonly headers: HeaderList };

/**
 * Takes a request through the quota gate as what was asked for, or as what steps in for that. A provider whose own quotas have no room is passed
 * over as one that is left alone: for another of the model, and then for its fallbacks. If none has room, the first refusal stands.
 */
export function enterElsewhere(
  deps: EnterDeps,
  asking: Asking,
  entered: Entered,
  opening: Opening = asking.admitted,
): void {
  enter(deps, asking, opening, entered.onPass, (refused, full) => {
    if (full === undefined) entered.onRefused(refused.error, refused.headers);
    else goElsewhere(deps, asking, entered, opening, refused, full);
  });
}

function enter(
  { gate, prices }: EnterDeps,
  asking: Asking,
  opening: Opening,
  onPass: Entered['onPass'],
  onRefused: (refused: Refused, full: Full | undefined) => void,
): void {
  const { deployment, upstreamModel } = opening.target;
  const rates = prices.ratesFor(deployment, upstreamModel, asking.startedAtMs);
  gate.enter(
    toGateRequest(asking, opening, rates),
    (pass) => onPass(pass, opening, rates),
    (error, headers, full) => onRefused({ error, headers }, full),
  );
}

/** Tries the providers beside one that has no room, in turn. */
function goElsewhere(
  deps: EnterDeps,
  asking: Asking,
  { onPass, onRefused }: Entered,
  opening: Opening,
  first: Refused,
  firstFull: Full,
): void {
  const { admitted } = asking;
  const full = [firstFull];
  /** Those whose provider's format cannot say the request. */
  const mute = new Set<Deployment>();
  enterBeside();

  function enterBeside(): void {
    const next = asking.response.isGone() ? undefined : openingBeside();
    if (next === undefined) return onRefused(first.error, first.headers);
    enter(deps, asking, next, onPass, (_refused, refusing) => {
      if (refusing === undefined) return onRefused(first.error, first.headers);
      full.push(refusing);
      enterBeside();
    });
  }

  function openingBeside(): Opening | undefined {
    const { reason, standIns, passed: before = [] } = opening;
    const routes = routesOf(admitted, opening);
    const passed = [...before];
    const allowed = routes.filter((route) => route === routes[0] || asking.mayUse(route.name));
    const [route, ...fallbacks] = allowed.flatMap((one) => withRoom(one, passed));
    if (route === undefined) return undefined;
    const originalOf = ({ name }: Route): Route => routes.find((one) => one.name === name) ?? opening.counted;
    const search = { route: { ...route, fallbacks }, originalOf, reason, standIns, passed };
    const found = findOpening(deps.dialectOf, admitted, search, choosingOf(deps, asking));
    if (found.ok) return { ...found.opening, passed: before };
    mute.add(found.deployment);
    return openingBeside();
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

/** Where a request may begin in place of an opening, in turn; the first of them whoever asks may use. */
function routesOf({ asked, standIns }: Admitted, { reason, counted }: Opening): readonly Route[] {
  // Of the fallbacks that are to spare a budget each is asked for by itself.
  if (reason === 'budget_fallback') return [counted];
  return standIns ?? [asked, ...asked.fallbacks];
}
