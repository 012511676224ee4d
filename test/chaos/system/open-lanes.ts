import type { Change, Stack } from '../../support/stack.ts';
import { putKey, putModel, putProvider, uniqueName } from '../../support/tenant.ts';

/** One key, and one model of the mock provider for each connection of a load. */
export type Lanes = { readonly keyName: string; readonly secret: string; readonly models: readonly string[] };

/** A whole answer takes some milliseconds and a stream some more, so that a kill finds both under way. */
const MOCK = { latencyMs: 5, chunkIntervalMs: 10, tokens: 5 };

export async function openLanes(stack: Stack, count: number, mock: object = MOCK): Promise<Lanes> {
  const keyName = uniqueName('chaos');
  const models = Array.from({ length: count }, (_, lane) => `${keyName}-${lane}`);
  const changes: Change[] = [
    putProvider(keyName, { type: 'mock' }),
    ...models.map((model) => putModel(model, { deployments: [{ provider: keyName, model: 'mock', mock }] })),
    putKey(keyName, {}),
  ];
  const { issuedSecrets } = await stack.commit(changes);
  const secret = issuedSecrets[0]?.secret;
  if (secret === undefined) throw new Error('the new key came without its secret');
  return { keyName, secret, models };
}
