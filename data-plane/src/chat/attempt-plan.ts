import { chooseWeighted } from '../routing/choose-weighted.ts';
import type { Backoff, Deployment, Route } from '../routing/route.ts';
import type { Exchange } from './exchange.ts';
import { type Failure, retryAfterMs } from './failure.ts';
import { type DialectOf, type Target, toTarget } from './target.ts';

/** However many retries, orders and fallbacks are declared, one request makes no more calls than this. */
export const ATTEMPTS_MAX = 20;

export type NextAttempt = { readonly target: Target; readonly delayMs: number };

export type AttemptPlan = {
  /** Where to go after a failure of the last attempt, and how long to wait before; undefined if nothing is left. */
  next(failure: Failure): NextAttempt | undefined;
};

export type AttemptPlanDeps = {
  readonly dialectOf: DialectOf;
  readonly random: () => number;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
};

/**
 * The attempts after the first, which has failed: first within its order, as often as the route says, then those of the next order, then
 * those of each fallback that whoever asks may use. Within an order a deployment that was not called yet is called at once; one that was
 * waits for its backoff, and for what the provider asked for. If that is longer than the longest backoff it is left alone.
 */
export function createAttemptPlan(
  { dialectOf, random, nowMs }: AttemptPlanDeps,
  exchange: Exchange,
  mayUse: (model: string) => boolean,
): AttemptPlan {
  const { route: first } = exchange;
  let route = first;
  let tierIndex = route.tiers.findIndex(({ deployments }) => deployments.includes(exchange.deployment));
  let callsLeft = route.retries;
  let repeats = 0;
  const fallbacks = first.fallbacks.values();
  const called = new Set<Deployment>([exchange.deployment]);
  /** Deployments that are not called again by this request. */
  const dropped = new Set<Deployment>();
  const asked = new Map<Deployment, number>();

  function withinTier(): NextAttempt | undefined {
    for (;;) {
      const usable = (route.tiers[tierIndex]?.deployments ?? []).filter((deployment) => !dropped.has(deployment));
      const fresh = usable.filter((deployment) => !called.has(deployment));
      const candidates = fresh.length > 0 ? fresh : usable;
      if (candidates.length === 0) return undefined;
      const deployment = chooseWeighted(candidates, sumOfWeights(candidates), random());
      const result = toTarget(dialectOf, exchange.chat, route, deployment, requestedOf(route));
      if (!result.ok) {
        dropped.add(deployment);
        continue;
      }
      called.add(deployment);
      return { target: result.target, delayMs: fresh.length > 0 ? 0 : waitFor(deployment) };
    }
  }

  function waitFor(deployment: Deployment): number {
    repeats += 1;
    return Math.max(backoffMs(route.backoff, repeats, random()), asked.get(deployment) ?? 0);
  }

  /** Only the route that was asked for can be a wildcard; it stands for what the client said. */
  const requestedOf = (chosen: Route): string => (chosen === first ? exchange.requested : chosen.name);

  function moveOn(): boolean {
    tierIndex += 1;
    while (tierIndex >= route.tiers.length) {
      const next = fallbacks.next();
      if (next.done) return false;
      if (!mayUse(next.value.name)) continue;
      route = next.value;
      tierIndex = 0;
    }
    callsLeft = route.retries + 1;
    repeats = 0;
    return true;
  }

  function note({ retryAfter }: Failure): void {
    const waitMs = retryAfterMs(retryAfter, nowMs());
    asked.set(exchange.deployment, waitMs);
    if (waitMs > route.backoff.maxMs) dropped.add(exchange.deployment);
  }

  return {
    next(failure) {
      note(failure);
      while (exchange.attempts < ATTEMPTS_MAX) {
        const next = callsLeft > 0 ? withinTier() : undefined;
        if (next !== undefined) {
          callsLeft -= 1;
          return next;
        }
        if (!moveOn()) return undefined;
      }
      return undefined;
    },
  };
}

const sumOfWeights = (deployments: readonly Deployment[]): number =>
  deployments.reduce((sum, { weight }) => sum + weight, 0);

/** The wait before the n-th repeat (from 1): doubled with each, and varied by half either way, so that clients do not come back together. */
function backoffMs({ initialMs, maxMs }: Backoff, repeat: number, random: number): number {
  return Math.min(maxMs, initialMs * 2 ** (repeat - 1) * (0.5 + random));
}
