import type { PutChange } from '@tollgate/schema';
import { requestCommit } from '../api/change-set.ts';
import { requestRevision } from '../api/fleet.ts';
import { createGraphqlClient } from '../api/graphql-client.ts';

/** Something to call at once: the built-in mock provider behind a model, and a key that may use that model alone. */
const DEMO: readonly PutChange[] = [
  { op: 'put', kind: 'provider', name: 'demo', declaration: { type: 'mock' } },
  { op: 'put', kind: 'model', name: 'demo', declaration: { deployments: [{ provider: 'demo', model: 'demo' }] } },
  { op: 'put', kind: 'team', name: 'demo', declaration: { models: ['demo'] } },
  { op: 'put', kind: 'virtual-key', name: 'demo', declaration: { team: 'demo' } },
];

export type DemoTarget = {
  readonly controlPlaneUrl: string;
  readonly adminToken: string | undefined;
  readonly fetch: typeof fetch;
};

/**
 * Commits the demo configuration if nothing was ever committed.
 * @returns the secret of the demo key, which is shown this once; undefined if there was nothing to do.
 */
export async function installDemo({ controlPlaneUrl, adminToken, fetch }: DemoTarget): Promise<string | undefined> {
  if (adminToken === undefined) return undefined;
  const client = createGraphqlClient({ url: controlPlaneUrl, token: adminToken, fetch });
  if ((await requestRevision(client)) > 0) return undefined;
  const options = { expectedRevision: 0, reason: 'the demo of the first start' };
  const { issuedSecrets } = await requestCommit(client, { changes: DEMO }, options);
  return issuedSecrets.find(({ name }) => name === 'demo')?.secret;
}
