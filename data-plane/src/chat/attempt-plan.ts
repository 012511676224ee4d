import type { AttemptReason, Backoff, PassOverReason, RoutingChoice } from '@tollgate/schema';
import { explainNext, notAllowed, type PassedOver, passOver } from '../routing/choice.ts';
import type { Deployment, Route } from '../routing/route.ts';
import { availableOf, choose } from '../routing/select.ts';
import type { Exchange } from './exchange.ts';
import type { Refusal } from './failure.ts';
import { type DialectOf, type Target, toTarget } from './target.ts';

/** However many retries, orders and fallbacks are declared, one request makes no more calls than this. */
export const ATTEMPTS_MAX = 20;

export type NextAttempt = {
  readonly target: Target;
  readonly delayMs: number;
  readonly reason: AttemptReason;
  /** What the choice of its deployment rests on; undefined if there was none to make. */
  readonly choice: RoutingChoice | undefined;
};

export type AttemptPlan = {
  /**
   * Where to go after a failure of the last attempt, and how long to wait before; undefined if nothing is left.
   * @param retryAfterMs what the provider asked for; 0 if nothing
   * @param nowMs on the clock of `nowUs`
   */
  next(retryAfterMs: number, nowMs: number): NextAttempt | undefined;
  /** The same after a refusal for which the model that was asked for has fallbacks of their own: on to the first of those. */
  nextAfterRefusal(refusal: Refusal, nowMs: number): NextAttempt | undefined;
  /**
   * Where a second attempt could go while the first is under way: to another deployment of its order that is not left alone; undefined if
   * there is none. Nothing is counted until `hedged` says that it was made.
   */
  hedge(nowMs: number): NextAttempt | undefined;
  /** It counts as one of the retries of its order, if there are any. */
  hedged(deployment: Deployment): void;
  /** Where to go in place of what a quota had no room for; that counts as no attempt. */
  instead(next: NextAttempt, nowMs: number): NextAttempt | undefined;
  /** An attempt failed while another was under way; what its provider asked for holds for those to come. */
  failed(deployment: Deployment, retryAfterMs: number): void;
};

export type AttemptPlanDeps = { readonly dialectOf: DialectOf; readonly random: () => number };

/**
 * The attempts after the first, which has failed: first within its order, as often as the route says, then those of the next order, then
 * those of each fallback that whoever asks may use. Within an order a deployment that was not called yet is called at once; one that was
 * waits for its backoff, and for what the provider asked for. If that is longer than the longest backoff it is left alone; so is one whose
 * circuit is open, unless nothing comes behind its order.
 */
export function createAttemptPlan(
  { dialectOf, random }: AttemptPlanDeps,
  exchange: Exchange,
  mayUse: (model: string) => boolean,
): AttemptPlan {
  const { asked, request, attempt: first } = exchange;
  const begun = first.reason;
  const chain = exchange.standIns ?? asked.fallbacks;
  let { route } = first;
  let tierIndex = route.tiers.findIndex(({ deployments }) => deployments.includes(first.deployment));
  let callsLeft = route.retries;
  let repeats = 0;
  /** Why the way led on, until an attempt is made there. */
  let led: AttemptReason | undefined;
  let fallbackReason: AttemptReason = begun === 'first' ? 'fallback' : begun;
  /** Fallbacks that the key may not use, until the way leads past them. */
  let barred: PassedOver[] = [];
  let fallbacks = usable(chain.slice(chain.indexOf(route) + 1));
  /** Whose fallbacks step in for what its provider refuses: a budget that is to be spared is not helped by those of the dearer model. */
  const refused = begun === 'budget_fallback' ? route : asked;
  /** What the search for the next attempt went past. */
  let passed: PassedOver[] = [];
  const refusals = new Set<Refusal>(begun === 'context_fallback' ? ['too_long'] : []);
  const called = new Set<Deployment>([first.deployment]);
  /** Deployments that are not called again by this request. */
  const dropped = new Map<Deployment, PassOverReason>();
  const waitsMs = new Map<Deployment, number>();

  function usable(routes: readonly Route[]): Route[] {
    barred = routes.filter(({ name }) => !mayUse(name)).map(notAllowed);
    return routes.filter(({ name }) => mayUse(name));
  }

  const isFresh = (deployment: Deployment): boolean => !called.has(deployment);

  /** Chooses among those of an order's deployments that `candidatesOf` leaves. */
  function pick(
    nowMs: number,
    candidatesOf: (left: readonly Deployment[]) => readonly Deployment[],
  ): Pick<NextAttempt, 'target' | 'choice'> | undefined {
    const tier = route.tiers[tierIndex];
    while (tier !== undefined) {
      const candidates = candidatesOf(tier.deployments.filter((deployment) => !dropped.has(deployment)));
      if (candidates.length === 0) {
        passOver(passed, route, tier.deployments, candidates, nowMs, dropped);
        return undefined;
      }
      const deployment = choose(route, candidates, { request, random: random(), nowMs });
      const requested = route === asked ? request.requested : route.name;
      const result = toTarget(dialectOf, exchange.sent, { route, deployment }, requested);
      if (result.ok) {
        passOver(passed, route, tier.deployments, candidates, nowMs, dropped);
        const choice = explainNext(exchange.attempts + 1, { route, deployment }, candidates, passed, {
          request,
          nowMs,
        });
        return { target: result.target, choice };
      }
      dropped.set(deployment, 'cannot_say');
    }
    return undefined;
  }

  function withinTier(nowMs: number): NextAttempt | undefined {
    const picked = pick(nowMs, (left) => {
      const available = availableOf(left, nowMs);
      const all = available.length > 0 || !isLast() ? available : left;
      const fresh = all.filter(isFresh);
      return fresh.length > 0 ? fresh : all;
    });
    if (picked === undefined) return undefined;
    const { deployment } = picked.target;
    const isRepeat = called.has(deployment);
    called.add(deployment);
    const reason = led ?? (isRepeat ? 'again' : 'another');
    led = undefined;
    return { ...picked, delayMs: isRepeat ? waitFor(deployment) : 0, reason };
  }

  function waitFor(deployment: Deployment): number {
    repeats += 1;
    return Math.max(backoffMs(route.backoff, repeats, random()), waitsMs.get(deployment) ?? 0);
  }

  const isLast = (): boolean => tierIndex + 1 >= route.tiers.length && fallbacks.length === 0;

  function moveOn(): boolean {
    tierIndex += 1;
    // A model that is led to and has nothing in its first order is still led to.
    led ??= 'next_order';
    if (tierIndex >= route.tiers.length) {
      passed.push(...barred);
      barred = [];
      const next = fallbacks.shift();
      if (next === undefined) return false;
      route = next;
      led = fallbackReason;
      tierIndex = 0;
    }
    callsLeft = route.retries + 1;
    repeats = 0;
    return true;
  }

  function fromHere(nowMs: number): NextAttempt | undefined {
    while (exchange.attempts < ATTEMPTS_MAX) {
      const next = callsLeft > 0 ? withinTier(nowMs) : undefined;
      if (next !== undefined) {
        callsLeft -= 1;
        return next;
      }
      if (!moveOn()) return undefined;
    }
    return undefined;
  }

  function failed(deployment: Deployment, retryAfterMs: number): void {
    waitsMs.set(deployment, retryAfterMs);
    if (retryAfterMs > route.backoff.maxMs) dropped.set(deployment, 'asked_to_wait');
  }

  return {
    next(retryAfterMs, nowMs) {
      passed = [];
      failed(exchange.attempt.deployment, retryAfterMs);
      return fromHere(nowMs);
    },
    nextAfterRefusal(refusal, nowMs) {
      passed = [];
      // A second refusal of the kind goes on within the fallbacks for it.
      if (!refusals.has(refusal))
        fallbacks = usable(refusal === 'too_long' ? refused.contextFallbacks : refused.contentPolicyFallbacks);
      refusals.add(refusal);
      fallbackReason = refusal === 'too_long' ? 'context_fallback' : 'content_policy_fallback';
      // What the rest of this model's deployments would refuse as well is not asked of them.
      tierIndex = route.tiers.length;
      return moveOn() ? fromHere(nowMs) : undefined;
    },
    hedge(nowMs) {
      passed = [];
      const picked = pick(nowMs, (left) => availableOf(left, nowMs).filter(isFresh));
      return picked && { ...picked, delayMs: 0, reason: 'hedge' };
    },
    instead({ target: { deployment }, reason }, nowMs) {
      dropped.set(deployment, 'no_room');
      callsLeft += 1;
      led = reason === 'again' || reason === 'another' ? undefined : reason;
      // Those of its order are listed anew with the choice among them.
      const names = new Set(route.tiers[tierIndex]?.deployments.map(({ name }) => name));
      passed = passed.filter((one) => one.model !== route.name || !names.has(one.deployment));
      return fromHere(nowMs);
    },
    hedged(deployment) {
      called.add(deployment);
      callsLeft = Math.max(0, callsLeft - 1);
    },
    failed,
  };
}

/** The wait before the n-th repeat (from 1): doubled with each, and varied by half either way, so that clients do not come back together. */
function backoffMs({ initialMs, maxMs }: Backoff, repeat: number, random: number): number {
  return Math.min(maxMs, initialMs * 2 ** (repeat - 1) * (0.5 + random));
}
