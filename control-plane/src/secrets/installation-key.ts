import { createDataKey, type DataKey, type Keyring, wrapDataKey } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { readDataKeys } from './data-key-table.ts';
import { unwrapOrFail } from './unwrap.ts';

/** No entity has this id, for ids of entities hold a colon. */
const OWNER = 'installation';

/**
 * The data key of the installation itself, for digests that must stay comparable when the sealing key changes. It is made at
 * the first start; of several replicas that start for the first time at once, one makes it and the others take it over.
 * @throws Error if the sealing keys of this process do not open it: then they are not those of this database
 */
export async function establishInstallationKey(db: Kysely<Tables>, keyring: Keyring, now: Date): Promise<DataKey> {
  const { id, owner, wraps } = wrapDataKey(keyring, createDataKey(OWNER));
  await db
    .insertInto('data_key')
    .values({ id, owner, wraps: JSON.stringify(wraps), created_at: now })
    .onConflict((conflict) => conflict.column('owner').doNothing())
    .execute();
  const stored = (await readDataKeys(db, [OWNER])).get(OWNER);
  if (!stored) throw new Error('the data key of the installation was removed while it was read; start again');
  return unwrapOrFail(keyring, stored);
}
