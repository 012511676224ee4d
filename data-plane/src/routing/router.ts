import { type FallbackKind, fallbackKinds, type PriceBook } from '@tollgate/schema';
import { createPriceBook } from '@tollgate/schema/price-book';
import { matchesPattern } from '../admission/matches-pattern.ts';
import type { OwnPolicy } from '../admission/own-policy.ts';
import type { ConfigIndex } from '../config/config-index.ts';
import { createPrices, type Prices } from '../usage/prices.ts';
import { compileRoute } from './compile-route.ts';
import { createDeploymentStates, type DeploymentStates } from './deployment-state.ts';
import { noChains } from './map-route.ts';
import type { OpenSealed } from './provider-endpoint.ts';
import type { Route } from './route.ts';
import { createRouteViews } from './route-views.ts';

/** Names that may be asked for: they are echoed in a header and sent to the provider. */
const PRINTABLE = /^[\x21-\x7e]{1,200}$/;

export type Router = {
  /**
   * The route of a public model name: that of the same name, else of the longest wildcard that matches.
   * @throws Error if the configuration of the model cannot be used on this node.
   */
  resolve(model: string): Route | undefined;
  /** The same as a request with these tags sees it, of somebody who says this in place of what models say. */
  resolveFor(model: string, tags: readonly string[], own?: OwnPolicy): Route | undefined;
  /** The headers that routes look at, in lower case; undefined if there are none, as is the rule. */
  headerNames(): readonly string[] | undefined;
  /** Forgets compiled routes; called when the configuration changes. */
  reset(): void;
};

export type RouterOptions = {
  /** Is told why a fallback cannot be used on this node; the route that has it is served without. */
  readonly onUnusable?: (error: unknown) => void;
  readonly states?: DeploymentStates;
  /** What deployments are charged with, which is what the cheapest of them is chosen by. */
  readonly prices?: Pick<Prices, 'ratesFor'>;
  /** Knows how much models take. */
  readonly priceBook?: PriceBook;
};

/** Compiles each route when it is first asked for. */
export function createRouter(
  index: () => ConfigIndex,
  openSealed: OpenSealed,
  {
    onUnusable = () => {},
    states = createDeploymentStates(),
    priceBook = createPriceBook(),
    prices = createPrices(index, priceBook),
  }: RouterOptions = {},
): Router {
  const compiled = new Map<string, Route>();
  const views = createRouteViews();
  let headers: readonly string[] | undefined;

  function routeOf(name: string): Route | undefined {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const model = index().findModel(name);
    if (model === undefined) return undefined;
    const tags = new Set(model.deployments.flatMap((deployment) => deployment.tags ?? []));
    const tokenizers = new Set(model.deployments.flatMap(({ tokenizer }) => tokenizer ?? []));
    const chains = noChains();
    const compiling = { index: index(), openSealed, states, prices, priceBook };
    const route = { ...compileRoute(name, model, compiling), tags, tokenizers, ...chains };
    // Known before its fallbacks are: were one to lead back, against what plans allow, it would find this one.
    compiled.set(name, route);
    for (const kind of fallbackKinds)
      for (const fallback of (model[kind] ?? []).flatMap((other) => withItsOwn(other, kind))) {
        if (fallback === route || chains[kind].includes(fallback)) continue;
        chains[kind].push(fallback);
        for (const tag of fallback.tags) tags.add(tag);
        for (const tokenizer of fallback.tokenizers) tokenizers.add(tokenizer);
        route.smallestWindow = Math.min(route.smallestWindow, fallback.smallestWindow);
      }
    return route;
  }

  function withItsOwn(name: string, kind: FallbackKind): readonly Route[] {
    try {
      const route = routeOf(name);
      return route === undefined ? [] : [route, ...route[kind]];
    } catch (error) {
      onUnusable(error);
      return [];
    }
  }

  const router: Router = {
    resolve(model) {
      if (model.endsWith('*') || !PRINTABLE.test(model)) return undefined;
      const exact = routeOf(model);
      if (exact !== undefined) return exact;
      const wildcard = index()
        .wildcardModels()
        .find((pattern) => matchesPattern(pattern, model));
      return wildcard === undefined ? undefined : routeOf(wildcard);
    },
    resolveFor(model, tags, own) {
      const route = router.resolve(model);
      return route && views.of(route, tags, own);
    },
    headerNames() {
      headers ??= headersOf(index());
      return headers.length === 0 ? undefined : headers;
    },
    reset() {
      compiled.clear();
      headers = undefined;
    },
  };
  return router;
}

function headersOf(index: ConfigIndex): readonly string[] {
  const names = new Set<string>();
  for (const model of index.names('model')) {
    const header = index.findModel(model)?.routing?.sticky?.header;
    if (header !== undefined) names.add(header);
  }
  return [...names];
}
