import { findProviderRow, type Keyring, type ModelConfig, type ProviderConfig, unseal } from '@tollgate/schema';
import type { ConfigIndex } from '../config/config-index.ts';
import type { Deployment, Route } from './route.ts';

/** As long as the OpenAI SDKs wait by default. */
const TIMEOUT_MS_DEFAULT = 600_000;

/**
 * Resolves a model's deployments against the providers of the same revision and opens their credentials.
 * @throws Error if a provider is unknown to this node or its credential cannot be opened; the message holds no secret.
 */
export function compileRoute(name: string, model: ModelConfig, index: ConfigIndex, keyring: Keyring): Route {
  const deployments = model.deployments.map((deployment): Deployment => {
    const provider = index.findProvider(deployment.provider);
    const row = provider && findProviderRow(provider.type);
    if (!provider || !row)
      throw new Error(
        `deployment ${deployment.name} of model ${name}: provider ${deployment.provider} is unknown to this node`,
      );
    const credential =
      provider.sealedApiKey && unseal(keyring, `provider:${deployment.provider}`, provider.sealedApiKey);
    const endpoint = endpointOf(provider, row.baseUrl, row.paths.chat);
    return {
      name: deployment.name,
      weight: deployment.weight,
      providerName: deployment.provider,
      row,
      upstreamModel: deployment.model,
      ...endpoint,
      headers: [...headersOf(row.headers ?? {}), ...credentialHeader(row.auth, credential)],
      credential,
      mock: row.dialect === 'mock' ? (deployment.mock ?? {}) : undefined,
    };
  });
  return {
    name,
    timeoutMs: model.timeoutMs ?? TIMEOUT_MS_DEFAULT,
    deployments,
    totalWeight: deployments.reduce((sum, { weight }) => sum + weight, 0),
  };
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
