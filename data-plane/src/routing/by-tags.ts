import type { Route } from './route.ts';
import { narrowTiers } from './tiers.ts';

/** Combinations of tags that are remembered for a route; beyond it they are worked out anew. */
const VIEWS_MAX = 1_000;

export type TagViews = { of(route: Route, tags: readonly string[]): Route };

/**
 * Routes as requests with tags see them, fallbacks included: those deployments that have one of the request's tags; if there is none, those
 * without tags. A route without tagged deployments is seen as it is.
 */
export function createTagViews(): TagViews {
  const views = new WeakMap<Route, Map<string, Route>>();

  function viewOf(route: Route, tags: readonly string[]): Route {
    const narrowed = (other: Route): Route => ({ ...other, tiers: tiersFor(other, tags) });
    return {
      ...narrowed(route),
      fallbacks: route.fallbacks.map(narrowed),
      contextFallbacks: route.contextFallbacks.map(narrowed),
      contentPolicyFallbacks: route.contentPolicyFallbacks.map(narrowed),
      budgetFallbacks: route.budgetFallbacks.map(narrowed),
    };
  }

  return {
    of(route, tags) {
      if (route.tags.size === 0) return route;
      const known = views.get(route) ?? new Map<string, Route>();
      views.set(route, known);
      const relevant = tags.filter((tag) => route.tags.has(tag)).sort();
      const key = JSON.stringify(relevant);
      const view = known.get(key) ?? viewOf(route, relevant);
      if (known.size < VIEWS_MAX) known.set(key, view);
      return view;
    },
  };
}

function tiersFor({ tiers }: Route, tags: readonly string[]): Route['tiers'] {
  const tagged = narrowTiers(tiers, (deployment) => deployment.tags.some((tag) => tags.includes(tag)));
  // A model has a deployment without tags, as plans make sure; a node does not rely on it.
  return tagged ?? narrowTiers(tiers, (deployment) => deployment.tags.length === 0) ?? tiers;
}
