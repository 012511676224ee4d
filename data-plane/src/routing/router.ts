import { matchesPattern } from '../admission/matches-pattern.ts';
import type { ConfigIndex } from '../config/config-index.ts';
import { compileRoute, type OpenSealed } from './compile-route.ts';
import { createDeploymentStates, type DeploymentStates } from './deployment-state.ts';
import type { Deployment, Route } from './route.ts';

/** Names that may be asked for: they are echoed in a header and sent to the provider. */
const PRINTABLE = /^[\x21-\x7e]{1,200}$/;

export type Router = {
  /**
   * The route of a public model name: that of the same name, else of the longest wildcard that matches.
   * @throws Error if the configuration of the model cannot be used on this node.
   */
  resolve(model: string): Route | undefined;
  /** Forgets compiled routes; called when the configuration changes. */
  reset(): void;
};

export type RouterOptions = {
  /** Is told why a fallback cannot be used on this node; the route that has it is served without. */
  readonly onUnusable?: (error: unknown) => void;
  readonly states?: DeploymentStates;
};

/** Compiles each route when it is first asked for. */
export function createRouter(
  index: () => ConfigIndex,
  openSealed: OpenSealed,
  { onUnusable = () => {}, states = createDeploymentStates() }: RouterOptions = {},
): Router {
  const compiled = new Map<string, Route>();

  function routeOf(name: string): Route | undefined {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const model = index().findModel(name);
    if (model === undefined) return undefined;
    const fallbacks: Route[] = [];
    const route = compileRoute(name, model, { index: index(), openSealed, states }, fallbacks);
    // Known before its fallbacks are: were one to lead back, against what plans allow, it would find this one.
    compiled.set(name, route);
    for (const fallback of (model.fallbacks ?? []).flatMap(withItsOwn))
      if (fallback !== route && !fallbacks.includes(fallback)) fallbacks.push(fallback);
    return route;
  }

  function withItsOwn(name: string): readonly Route[] {
    try {
      const route = routeOf(name);
      return route === undefined ? [] : [route, ...route.fallbacks];
    } catch (error) {
      onUnusable(error);
      return [];
    }
  }

  return {
    resolve(model) {
      if (model.endsWith('*') || !PRINTABLE.test(model)) return undefined;
      const exact = routeOf(model);
      if (exact !== undefined) return exact;
      const wildcard = index()
        .wildcardModels()
        .find((pattern) => matchesPattern(pattern, model));
      return wildcard === undefined ? undefined : routeOf(wildcard);
    },
    reset: () => compiled.clear(),
  };
}

/** The provider's own name of the model: of a wildcard, what the client asked for after the wildcard's fixed part. */
export function upstreamModelOf(route: Route, deployment: Deployment, requested: string): string {
  if (!deployment.upstreamModel.endsWith('*')) return deployment.upstreamModel;
  const matched = requested.slice(route.name.length - 1);
  return `${deployment.upstreamModel.slice(0, -1)}${matched}`;
}
