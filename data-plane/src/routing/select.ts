import { isAvailable } from './health.ts';
import type { Deployment, Route } from './route.ts';
import type { RoutingRequest } from './strategies/strategy.ts';

export type Selection = { readonly route: Route; readonly deployment: Deployment };

/** What a choice rests on besides the route. */
export type Choosing = {
  readonly request: RoutingRequest;
  /** Whether whoever asks may be answered by this model. */
  readonly mayUse: (model: string) => boolean;
  /** In [0, 1). */
  readonly random: number;
  /** On a clock that never goes back. */
  readonly nowMs: number;
};

/**
 * Where the first attempt goes: to a deployment of the lowest order that has one which is not left alone; if all of the route are, to its
 * fallbacks in the same way; and if those are as well, to the lowest order of all, as a call that may fail is better than none.
 */
export function selectFirst(route: Route, choosing: Choosing): Selection {
  const found = findAvailable(route, choosing) ?? findInFallbacks(route, choosing);
  return found ?? { route, deployment: choose(route, route.tiers[0].deployments, choosing) };
}

function findInFallbacks({ fallbacks }: Route, choosing: Choosing): Selection | undefined {
  for (const fallback of fallbacks) {
    const found = choosing.mayUse(fallback.name) ? findAvailable(fallback, choosing) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function findAvailable(route: Route, choosing: Choosing): Selection | undefined {
  for (const tier of route.tiers) {
    const candidates = availableOf(tier.deployments, choosing.nowMs);
    if (candidates.length > 0) return { route, deployment: choose(route, candidates, choosing) };
  }
  return undefined;
}

/** Those that are not left alone; the list itself if none is, which is the rule. */
export function availableOf(deployments: readonly Deployment[], nowMs: number): readonly Deployment[] {
  for (const { state } of deployments)
    if (!isAvailable(state.health, nowMs)) return deployments.filter((other) => isAvailable(other.state.health, nowMs));
  return deployments;
}

/** Chooses among some deployments of a tier, at least one, as the route's strategy says. */
export function choose(
  { strategy }: Route,
  candidates: readonly Deployment[],
  { request, random, nowMs }: Pick<Choosing, 'request' | 'random' | 'nowMs'>,
): Deployment {
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  const chosen = strategy.choose(candidates, request, random, nowMs);
  strategy.note?.(candidates, chosen);
  return chosen;
}
