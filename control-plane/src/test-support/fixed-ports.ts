import { createKeyring, hashSecret, newId } from '@tollgate/schema';
import type { RequestedChange } from '../change-set/change-request.ts';
import { type ChangeSets, createChangeSets } from '../change-set/change-sets.ts';
import type { SecretPort } from '../change-set/to-command.ts';
import type { Database } from '../database/database.ts';

export const TEST_SEAL_KEY = Buffer.alloc(32, 7).toString('base64');
export const testKeyring = createKeyring(TEST_SEAL_KEY);

/** Seals differently each time, as the real one does, but so that a test can foresee it. */
export function createTestSecrets(): SecretPort {
  let count = 0;
  return {
    seal: (context, secret) => `sealed ${++count} of ${context}: ${hashSecret(secret)}`,
    fingerprint: (secret) => `fingerprint of ${hashSecret(secret)}`,
    newVirtualKeySecret: () => `sk-tg-test-secret-number-${++count}`,
  };
}

export const createTestChangeSets = (db: Database): ChangeSets =>
  createChangeSets({ db, secrets: createTestSecrets(), now: () => new Date(), newId });

export const TEST_ORIGIN = { actor: 'admin', source: 'api' } as const;

export const put = (kind: RequestedChange['kind'], name: string, declaration: object): RequestedChange => ({
  op: 'put',
  kind,
  name,
  declaration,
});

export const MOCK_PROVIDER = { type: 'mock' };
export const modelOn = (provider: string) => ({ deployments: [{ provider, model: 'any' }] });
