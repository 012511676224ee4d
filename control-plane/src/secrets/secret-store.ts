import { createSecretMaker, type DataKey, digestText, type Keyring, type WrappedDataKey } from '@tollgate/schema';
import type { Kysely, Transaction } from 'kysely';
import type { SecretPort } from '../change-set/to-command.ts';
import type { Tables } from '../database/tables.ts';
import { type FieldReader, readFields } from './opened-fields.ts';
import { openSealer } from './sealer.ts';
import { type SecretEffect, settleSecrets } from './settle-secrets.ts';

/** All that a change set needs of data keys. */
export type SecretStore = {
  /** @throws Error if a data key of these entities cannot be opened with the sealing keys of this process */
  open(db: Kysely<Tables>, owners: readonly string[]): Promise<SecretPort>;
  /** Stores, keeps and destroys data keys as the effects ask for; in the transaction that commits them. */
  settle(trx: Transaction<Tables>, effects: readonly SecretEffect[], made: readonly WrappedDataKey[]): Promise<void>;
  /** Opens personal fields of entities. */
  read(db: Kysely<Tables>, owners: readonly string[]): Promise<FieldReader>;
};

const VIRTUAL_KEY_PREFIX = 'sk-tg-';

export function createSecretStore(deps: {
  readonly keyring: Keyring;
  readonly installationKey: DataKey;
  now(): Date;
}): SecretStore {
  const { keyring, installationKey } = deps;
  return {
    async open(db, owners) {
      return {
        ...(await openSealer(db, keyring, owners)),
        fingerprint: (text) => digestText(installationKey, 'fingerprint', text),
        newVirtualKeySecret: createSecretMaker(VIRTUAL_KEY_PREFIX),
      };
    },
    settle: (trx, effects, made) => settleSecrets(trx, deps, effects, made),
    read: (db, owners) => readFields(db, keyring, owners),
  };
}
