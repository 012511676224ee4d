import { type FallbackKind, fallbackKinds } from '@tollgate/schema';
import type { Route } from './route.ts';

/** A route and all that its requests can be led to, each changed once, with its fallbacks in the same order. */
export function mapRoute(route: Route, change: (route: Route) => Route): Route {
  const changed = new Map<Route, Route>();

  function changedOf(one: Route): Route {
    const known = changed.get(one);
    if (known !== undefined) return known;
    const chains: Record<FallbackKind, Route[]> = {
      fallbacks: [],
      contextFallbacks: [],
      contentPolicyFallbacks: [],
      budgetFallbacks: [],
    };
    const result = { ...change(one), ...chains };
    // Known before its fallbacks are, of which one may lead back by another list.
    changed.set(one, result);
    for (const kind of fallbackKinds) chains[kind].push(...one[kind].map(changedOf));
    return result;
  }

  return changedOf(route);
}
