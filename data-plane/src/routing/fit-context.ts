import { notAllowed, type PassedOver, passedOver } from './choice.ts';
import type { Deployment, Route } from './route.ts';
import { narrowTiers } from './tiers.ts';
import { upstreamModelOf } from './upstream-model.ts';

/** A request that may be too long for some deployment. */
export type LongRequest = {
  /** The model that was asked for, with aliases resolved. */
  readonly requested: string;
  readonly textBytes: number;
  /** How many tokens it is, or is expected to be, for a deployment's model. */
  readonly tokensFor: (deployment: Deployment, upstreamModel: string) => number;
  /** Whether whoever asks may be answered by this model. */
  readonly mayUse: (model: string) => boolean;
};

/** Where a long request can begin. */
export type Fit =
  /** At its own model: the route is narrowed to what may take it, unless nothing may; then all of it is tried. */
  | { readonly at: 'asked'; readonly asked: Route; readonly passed: readonly PassedOver[] }
  /** At the first of its fallbacks for what is too long that may take it. */
  | {
      readonly at: 'fallback';
      readonly asked: Route;
      readonly standIns: readonly [Route, ...Route[]];
      readonly passed: readonly PassedOver[];
    }
  /** Nowhere, whatever way tokens are counted: it has at least so many, and nothing takes more than the window. */
  | { readonly at: 'nowhere'; readonly tokensMin: number; readonly window: number };

/** No tokenizer in use comes to more bytes for a token on average, so that no text has fewer tokens. */
const BYTES_PER_TOKEN_MAX = 16;

/**
 * Narrows a route, and what steps in for it, to the deployments that a request is not expected to be too long for. One whose window is not
 * known may take all. As the expectation may be wrong, a list of fallbacks of which none seems to take it stays as it is; but for those that
 * spare a budget, as a call that fails would not.
 */
export function fitContext(asked: Route, request: LongRequest): Fit {
  const { requested, textBytes, tokensFor, mayUse } = request;
  const nameFor = (route: Route) => (route.name === asked.name ? requested : route.name);
  const windowFor = (route: Route, deployment: Deployment) =>
    route.windowOf(deployment, nameFor(route)) ?? Number.POSITIVE_INFINITY;
  const isRoomy = (route: Route, deployment: Deployment) => {
    const upstreamModel = upstreamModelOf(route.name, deployment.upstreamModel, nameFor(route));
    return tokensFor(deployment, upstreamModel) <= windowFor(route, deployment);
  };
  const narrowed = (route: Route): readonly Route[] => {
    const tiers = narrowTiers(route.tiers, (deployment) => isRoomy(route, deployment));
    return tiers === undefined ? [] : [{ ...route, tiers }];
  };
  const narrowedOrAll = (routes: readonly Route[]): readonly Route[] => {
    const fitting = routes.flatMap(narrowed);
    return fitting.length > 0 ? fitting : routes;
  };
  const tooSmall = (route: Route): readonly PassedOver[] =>
    deploymentsOf(route)
      .filter((deployment) => !isRoomy(route, deployment))
      .map((deployment) => passedOver(route, 'too_small', deployment));

  const frugal: Route = { ...asked, budgetFallbacks: asked.budgetFallbacks.flatMap(narrowed) };
  const [own] = narrowed(frugal);
  if (own !== undefined) {
    const fallbacks = narrowedOrAll(asked.fallbacks);
    const contextFallbacks = narrowedOrAll(asked.contextFallbacks);
    const contentPolicyFallbacks = narrowedOrAll(asked.contentPolicyFallbacks);
    const fitting = { ...own, fallbacks, contextFallbacks, contentPolicyFallbacks };
    return { at: 'asked', asked: fitting, passed: tooSmall(asked) };
  }
  const usable = asked.contextFallbacks.filter(({ name }) => mayUse(name));
  const [first, ...others] = usable.flatMap(narrowed);
  if (first !== undefined) {
    const position = asked.contextFallbacks.findIndex(({ name }) => name === first.name);
    const passed = asked.contextFallbacks
      .slice(0, position + 1)
      .flatMap((route) => (mayUse(route.name) ? tooSmall(route) : [notAllowed(route)]));
    const standIns = [{ ...first, fallbacks: others }, ...others] as const;
    return { at: 'fallback', asked: frugal, standIns, passed: [...tooSmall(asked), ...passed] };
  }
  const reachable = [asked, ...usable, ...asked.fallbacks.filter(({ name }) => mayUse(name))];
  const window = Math.max(
    ...reachable.flatMap((route) => deploymentsOf(route).map((deployment) => windowFor(route, deployment))),
  );
  const tokensMin = Math.floor(textBytes / BYTES_PER_TOKEN_MAX);
  return tokensMin > window ? { at: 'nowhere', tokensMin, window } : { at: 'asked', asked: frugal, passed: [] };
}

const deploymentsOf = ({ tiers }: Route): readonly Deployment[] => tiers.flatMap(({ deployments }) => deployments);
