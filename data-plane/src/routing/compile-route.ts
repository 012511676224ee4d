import {
  budgetFallbackPercent,
  effectiveRouting,
  type FallbackKind,
  findProviderRow,
  type ModelConfig,
  type PriceBook,
  type ProviderConfig,
} from '@tollgate/schema';
import type { ConfigIndex } from '../config/config-index.ts';
import { smallestWindowOf, windowOfRoute } from './context-window.ts';
import type { DeploymentStates } from './deployment-state.ts';
import type { Deployment, Route } from './route.ts';
import type { PriceOf } from './strategies/lowest-cost.ts';
import { strategyOf } from './strategies/strategy-of.ts';
import { tiersOf } from './tiers.ts';
import { upstreamModelOf } from './upstream-model.ts';

/** Opens a field of an entity; undefined if that cannot be done on this node. */
export type OpenSealed = (owner: string, field: string, sealed: string) => string | undefined;

export type CompileDeps = {
  readonly index: ConfigIndex;
  readonly openSealed: OpenSealed;
  readonly states: DeploymentStates;
  readonly priceBook: PriceBook;
};

/**
 * Resolves a model's deployments against the providers of the same revision and opens their credentials.
 * @throws Error if a provider is unknown to this node or its credential cannot be opened; the message holds no secret.
 */
export function compileRoute(
  name: string,
  model: ModelConfig,
  { index, openSealed, states, priceBook }: CompileDeps,
): Omit<Route, 'tags' | FallbackKind> {
  const toDeployment = (deployment: ModelConfig['deployments'][number]): Deployment => {
    const provider = index.findProvider(deployment.provider);
    const row = provider && findProviderRow(provider.type);
    if (!provider || !row)
      throw new Error(
        `deployment ${deployment.name} of model ${name}: provider ${deployment.provider} is unknown to this node`,
      );
    const credential = credentialOf(deployment.provider, provider, openSealed);
    const endpoint = endpointOf(provider, row.baseUrl, row.paths.chat);
    const compiled = {
      name: deployment.name,
      weight: deployment.weight,
      tags: deployment.tags ?? [],
      rpm: deployment.rpm,
      tpm: deployment.tpm,
      contextTokens: deployment.contextTokens,
      providerName: deployment.provider,
      row,
      upstreamModel: deployment.model,
      ...endpoint,
      headers: [...headersOf(row.headers ?? {}), ...credentialHeader(row.auth, credential)],
      credential,
      mock: row.dialect === 'mock' ? (deployment.mock ?? {}) : undefined,
    };
    const { origin, path, upstreamModel, headers, mock } = compiled;
    const identity = { model: name, deployment: compiled.name, origin, path, upstreamModel, headers, mock };
    return { ...compiled, state: states.of(identity) };
  };
  const deployments = model.deployments.map((declared) => ({
    deployment: toDeployment(declared),
    order: declared.order,
  }));
  const strategy = strategyOf(model.routing ?? {}, priceOfRoute(name, priceBook));
  const budgetFallbackAt = model.budgetFallbacks && budgetFallbackPercent(model) / 100;
  const tiers = tiersOf(name, deployments);
  const windowOf = windowOfRoute(name, priceBook);
  const windows = { windowOf, smallestWindow: smallestWindowOf(name, tiers, windowOf) };
  return { name, ...effectiveRouting(model), strategy, tiers, ...windows, budgetFallbackAt };
}

const priceOfRoute =
  (name: string, priceBook: PriceBook): PriceOf =>
  ({ row, upstreamModel }, { requested }) => {
    const rates = priceBook.ratesFor(row, upstreamModelOf(name, upstreamModel, requested), Date.now());
    return rates && { input: Number(rates.input.base), output: Number(rates.output.base) };
  };

function credentialOf(name: string, { sealedApiKey }: ProviderConfig, openSealed: OpenSealed): string | undefined {
  if (sealedApiKey === undefined) return undefined;
  const credential = openSealed(`provider:${name}`, 'apiKey', sealedApiKey);
  if (credential !== undefined) return credential;
  throw new Error(
    `the credential of provider ${name} cannot be opened: its data key is missing or wrapped with other sealing keys`,
  );
}

function endpointOf(
  provider: ProviderConfig,
  defaultBaseUrl: string | undefined,
  path: string,
): { origin: string; path: string } {
  const base = provider.baseUrl ?? defaultBaseUrl;
  if (base === undefined) return { origin: '', path };
  const url = new URL(base);
  return { origin: url.origin, path: `${url.pathname.replace(/\/+$/, '')}${path}` };
}

function credentialHeader(auth: { kind: string; header?: string }, credential: string | undefined): string[] {
  if (credential === undefined || credential === '') return [];
  return auth.kind === 'header' && auth.header !== undefined
    ? [auth.header, credential]
    : ['authorization', `Bearer ${credential}`];
}

function headersOf(fixed: Readonly<Record<string, string>>): string[] {
  return [
    'content-type',
    'application/json',
    'accept-encoding',
    'identity',
    'user-agent',
    'tollgate',
    ...Object.entries(fixed).flat(),
  ];
}
