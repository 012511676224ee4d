import { createKeyring, hashSecret, newId } from '@tollgate/schema';
import type { ChangeOrigin, RequestedChange } from '../change-set/change-request.ts';
import { type ChangeSets, createChangeSets } from '../change-set/change-sets.ts';
import type { SecretPort } from '../change-set/to-command.ts';
import type { Database } from '../database/database.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

export const TEST_SEAL_KEY = Buffer.alloc(32, 7).toString('base64');
export const testKeyring = createKeyring(TEST_SEAL_KEY);

/** Seals so that a test can foresee it. */
export function createTestSecrets(): SecretPort {
  let count = 0;
  return {
    seal: (owner, field, text) => `sealed for ${field} of ${owner}: ${hashSecret(text)}`,
    fingerprint: (secret) => `fingerprint of ${hashSecret(secret)}`,
    newVirtualKeySecret: () => `sk-tg-test-secret-number-${++count}`,
    made: () => [],
  };
}

/** Keeps no data keys: what its ports seal is never opened. */
export function createTestSecretStore(): Pick<SecretStore, 'open' | 'settle'> {
  const secrets = createTestSecrets();
  return { open: async () => secrets, settle: async () => {} };
}

export const createTestChangeSets = (db: Database): ChangeSets =>
  createChangeSets({ db, secrets: createTestSecretStore(), now: () => new Date(), newId });

/** Somebody who may do everything. */
export const TEST_ORIGIN: ChangeOrigin = { actor: 'admin', source: 'api', authorize: () => [] };

export const put = (kind: RequestedChange['kind'], name: string, declaration: object): RequestedChange => ({
  op: 'put',
  kind,
  name,
  declaration,
});

export const MOCK_PROVIDER = { type: 'mock' };
export const modelOn = (provider: string) => ({ deployments: [{ provider, model: 'any' }] });
