import { randomBytes } from 'node:crypto';
import OpenAI from 'openai';
import type { Change, Stack } from './stack.ts';

export type TenantOptions = {
  readonly type: string;
  readonly baseUrl?: string;
  readonly apiKey?: string;
  /** The provider's own name of the model. */
  readonly upstreamModel?: string;
  readonly mock?: object;
  readonly timeout?: string;
};

/** One provider, one model and one key under names that no other test uses, and an SDK client that holds the key. */
export type Tenant = {
  readonly name: string;
  readonly providerName: string;
  readonly model: string;
  readonly keyName: string;
  readonly secret: string;
  readonly revision: number;
  readonly client: OpenAI;
};

export const uniqueName = (prefix: string): string => `${prefix}-${randomBytes(4).toString('hex')}`;

export const putModel = (name: string, spec: object): Change => ({ putModel: { name, spec } });
export const putProvider = (name: string, spec: object): Change => ({ putProvider: { name, spec } });
export const putKey = (name: string, spec: object): Change => ({ putVirtualKey: { name, spec } });

/** The real SDK without retries, so that a test sees each answer. */
export const sdkClient = (gatewayUrl: string, apiKey: string): OpenAI =>
  new OpenAI({ baseURL: `${gatewayUrl}/v1`, apiKey, maxRetries: 0 });

export async function openTenant(stack: Stack, options: TenantOptions): Promise<Tenant> {
  const name = uniqueName(options.type);
  const { type, baseUrl, apiKey, upstreamModel = 'gpt-4o-mini', mock, timeout } = options;
  const { revision, issuedSecrets } = await stack.commit([
    putProvider(name, { type, ...(baseUrl && { baseUrl }), ...(apiKey && { apiKey: { value: apiKey } }) }),
    putModel(name, {
      deployments: [{ provider: name, model: upstreamModel, ...(mock && { mock }) }],
      ...(timeout && { routing: { timeout } }),
    }),
    putKey(name, { tags: ['e2e'] }),
  ]);
  const secret = issuedSecrets[0]?.secret;
  if (secret === undefined) throw new Error('the new key came without its secret');
  const client = sdkClient(stack.gatewayUrl, secret);
  return { name, providerName: name, model: name, keyName: name, secret, revision, client };
}
