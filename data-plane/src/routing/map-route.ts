import { type FallbackKind, fallbackKinds } from '@tollgate/schema';
import type { Route } from './route.ts';

/** Lists of routes that step in for one, to be filled. */
export const noChains = (): Record<FallbackKind, Route[]> => ({
  fallbacks: [],
  contextFallbacks: [],
  contentPolicyFallbacks: [],
  budgetFallbacks: [],
});

/** A route and all that its requests can be led to, each changed once, with its fallbacks in the same order. */
export function mapRoute(route: Route, change: (route: Route) => Route): Route {
  const changed = new Map<Route, Route>();

  function changedOf(one: Route): Route {
    const known = changed.get(one);
    if (known !== undefined) return known;
    const chains = noChains();
    const result = { ...change(one), ...chains };
    // Known before its fallbacks are, of which one may lead back by another list.
    changed.set(one, result);
    for (const kind of fallbackKinds) chains[kind].push(...one[kind].map(changedOf));
    return result;
  }

  return changedOf(route);
}
