import { chooseWeighted } from './choose-weighted.ts';
import { isAvailable } from './health.ts';
import type { Deployment, Route, Tier } from './route.ts';

export type Selection = { readonly route: Route; readonly deployment: Deployment };

/**
 * Where the first attempt goes: to a deployment of the lowest order that has one which is not left alone; if all of the route are, to its
 * fallbacks in the same way; and if those are as well, to the lowest order of all, as a call that may fail is better than none.
 */
export function selectFirst(
  route: Route,
  mayUse: (model: string) => boolean,
  random: number,
  nowMs: number,
): Selection {
  const [first] = route.tiers;
  const found = findAvailable(route, nowMs, random) ?? findInFallbacks(route, mayUse, nowMs, random);
  return found ?? { route, deployment: choose(first, first.deployments, random) };
}

function findInFallbacks(
  { fallbacks }: Route,
  mayUse: (model: string) => boolean,
  nowMs: number,
  random: number,
): Selection | undefined {
  for (const fallback of fallbacks) {
    const found = mayUse(fallback.name) ? findAvailable(fallback, nowMs, random) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function findAvailable(route: Route, nowMs: number, random: number): Selection | undefined {
  for (const tier of route.tiers) {
    const candidates = availableOf(tier.deployments, nowMs);
    if (candidates.length > 0) return { route, deployment: choose(tier, candidates, random) };
  }
  return undefined;
}

/** Those that are not left alone; the list itself if none is, which is the rule. */
export function availableOf(deployments: readonly Deployment[], nowMs: number): readonly Deployment[] {
  for (const { state } of deployments)
    if (!isAvailable(state.health, nowMs)) return deployments.filter((other) => isAvailable(other.state.health, nowMs));
  return deployments;
}

/** Chooses among some of a tier's deployments, at least one. */
export function choose(tier: Tier, candidates: readonly Deployment[], random: number): Deployment {
  const totalWeight = candidates === tier.deployments ? tier.totalWeight : sumOfWeights(candidates);
  return chooseWeighted(candidates, totalWeight, random);
}

const sumOfWeights = (deployments: readonly Deployment[]): number =>
  deployments.reduce((sum, { weight }) => sum + weight, 0);
