import type { OwnPolicy } from '../admission/own-policy.ts';
import { mapRoute } from './map-route.ts';
import type { Route } from './route.ts';
import { narrowTiers } from './tiers.ts';

/** Views that are remembered of a route; beyond it they are worked out anew. */
const VIEWS_MAX = 1_000;

export type RouteViews = { of(route: Route, tags: readonly string[], own: OwnPolicy | undefined): Route };

/**
 * Routes as those who ask see them, fallbacks included. A request with tags sees those deployments that have one of them; if there is none,
 * those without tags. Who says something in place of what models say sees that. Whoever has nothing of the kind sees the route as it is.
 */
export function createRouteViews(): RouteViews {
  const views = new WeakMap<Route, Map<string, Route>>();

  function remembered(route: Route, relevant: readonly string[], own: OwnPolicy | undefined): Route {
    const known = views.get(route) ?? new Map<string, Route>();
    views.set(route, known);
    const key = keyOf(relevant, own);
    const view = known.get(key) ?? viewOf(route, relevant, own);
    if (known.size < VIEWS_MAX) known.set(key, view);
    return view;
  }

  return {
    of(route, tags, own) {
      if (route.tags.size === 0) return own === undefined ? route : remembered(route, NO_TAGS, own);
      return remembered(route, tags.filter((tag) => route.tags.has(tag)).sort(), own);
    },
  };
}

const NO_TAGS: readonly string[] = Object.freeze([]);

/** What two views differ by; short where there is only one of the two. */
function keyOf(tags: readonly string[], own: OwnPolicy | undefined): string {
  if (own === undefined) return JSON.stringify(tags);
  return tags.length === 0 ? own.id : `${own.id}${JSON.stringify(tags)}`;
}

const viewOf = (asked: Route, tags: readonly string[], own: OwnPolicy | undefined): Route =>
  mapRoute(asked, (route) => ({
    ...route,
    ...(own && route.policyFor(own.policy)),
    ...(asked.tags.size > 0 && { tiers: tiersFor(route, tags) }),
  }));

function tiersFor({ tiers }: Route, tags: readonly string[]): Route['tiers'] {
  const tagged = narrowTiers(tiers, (deployment) => deployment.tags.some((tag) => tags.includes(tag)));
  // A model has a deployment without tags, as plans make sure; a node does not rely on it.
  return tagged ?? narrowTiers(tiers, (deployment) => deployment.tags.length === 0) ?? tiers;
}
