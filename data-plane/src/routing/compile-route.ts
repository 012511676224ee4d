import {
  budgetFallbackPercent,
  type CallerPolicy,
  effectiveRouting,
  type FallbackKind,
  type ModelConfig,
  type PriceBook,
} from '@tollgate/schema';
import type { ConfigIndex } from '../config/config-index.ts';
import type { Prices } from '../usage/prices.ts';
import { smallestWindowOf, windowOfRoute } from './context-window.ts';
import { type DeploymentStates, learnFor } from './deployment-state.ts';
import { type OpenSealed, providerEndpoint } from './provider-endpoint.ts';
import type { Deployment, Route, RoutePolicy } from './route.ts';
import type { RatesOf } from './strategies/lowest-cost.ts';
import { strategyOf } from './strategies/strategy-of.ts';
import { tiersOf } from './tiers.ts';
import { upstreamModelOf } from './upstream-model.ts';

export type CompileDeps = {
  readonly index: ConfigIndex;
  readonly openSealed: OpenSealed;
  readonly states: DeploymentStates;
  readonly prices: Pick<Prices, 'ratesFor'>;
  /** Knows how much models take. */
  readonly priceBook: PriceBook;
};

/**
 * Resolves a model's deployments against the providers of the same revision and opens their credentials.
 * @throws Error if a provider is unknown to this node or its credential cannot be opened; the message holds no secret.
 */
export function compileRoute(
  name: string,
  model: ModelConfig,
  { index, openSealed, states, prices, priceBook }: CompileDeps,
): Omit<Route, 'tags' | 'tokenizers' | FallbackKind> {
  const toDeployment = (deployment: ModelConfig['deployments'][number]): Deployment => {
    const provider = index.findProvider(deployment.provider);
    if (provider === undefined)
      throw new Error(
        `deployment ${deployment.name} of model ${name}: provider ${deployment.provider} is unknown to this node`,
      );
    const { row, origin, basePath, credential, headers } = providerEndpoint(deployment.provider, provider, openSealed);
    const compiled = {
      name: deployment.name,
      weight: deployment.weight,
      tags: deployment.tags ?? [],
      rpm: deployment.rpm,
      tpm: deployment.tpm,
      contextTokens: deployment.contextTokens,
      tokenizer: deployment.tokenizer,
      providerName: deployment.provider,
      row,
      upstreamModel: deployment.model,
      origin,
      path: `${basePath}${row.paths.chat}`,
      headers: [...REQUEST_HEADERS, ...headers],
      credential,
      mock: row.dialect === 'mock' ? (deployment.mock ?? {}) : undefined,
    };
    const { providerName: at, path, upstreamModel, mock } = compiled;
    const identity = { model: name, deployment: compiled.name, provider: at, origin, path, upstreamModel, mock };
    return { ...compiled, state: states.of({ ...identity, headers: compiled.headers }) };
  };
  const deployments = model.deployments.map((declared) => ({
    deployment: toDeployment(declared),
    order: declared.order,
  }));
  const budgetFallbackAt = model.budgetFallbacks && budgetFallbackPercent(model) / 100;
  const tiers = tiersOf(name, deployments);
  const windowOf = windowOfRoute(name, priceBook);
  const windows = { windowOf, smallestWindow: smallestWindowOf(name, tiers, windowOf) };
  const ratesOf = ratesOfRoute(name, prices);

  function policyFor(own?: CallerPolicy): RoutePolicy {
    const { strategy: chosenBy, ...called } = effectiveRouting(model, own);
    const strategy = strategyOf(chosenBy, model.routing?.sticky, ratesOf);
    for (const { deployment } of deployments) learnFor(deployment.state, strategy);
    return { ...called, strategy };
  }

  const policy = policyFor();
  return { name, ...policy, patience: policy, policyFor, tiers, ...windows, budgetFallbackAt, mirror: model.mirror };
}

/** What billing looks up, price overrides included. */
const ratesOfRoute =
  (name: string, { ratesFor }: CompileDeps['prices']): RatesOf =>
  (deployment, { requested }) =>
    ratesFor(deployment, upstreamModelOf(name, deployment.upstreamModel, requested), Date.now());

/** What every request of a chat says of itself. */
const REQUEST_HEADERS = Object.freeze([
  'content-type',
  'application/json',
  'accept-encoding',
  'identity',
  'user-agent',
  'tollgate',
]);
