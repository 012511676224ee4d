import {
  createDataKey,
  type DataKey,
  type Keyring,
  sealValue,
  type WrappedDataKey,
  wrapDataKey,
} from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { readDataKeys } from './data-key-table.ts';
import { unwrapOrFail } from './unwrap.ts';

/** Seals the fields of some entities, each with its own data key. */
export type Sealer = {
  seal(owner: string, field: string, text: string): string;
  /** The data keys that were made because their owners had none. What they sealed opens only if they are stored. */
  made(): readonly WrappedDataKey[];
};

/**
 * Reads the data keys of `owners`; one that has none gets a new one as soon as something of it is sealed.
 * @throws Error if a data key cannot be opened with the sealing keys of this process
 */
export async function openSealer(db: Kysely<Tables>, keyring: Keyring, owners: readonly string[]): Promise<Sealer> {
  const wrapped = await readDataKeys(db, owners);
  const known = new Map([...wrapped].map(([owner, each]) => [owner, unwrapOrFail(keyring, each)]));
  const made = new Map<string, DataKey>();

  function dataKeyOf(owner: string): DataKey {
    const found = known.get(owner) ?? made.get(owner);
    if (found) return found;
    const created = createDataKey(owner);
    made.set(owner, created);
    return created;
  }

  return {
    seal: (owner, field, text) => sealValue(dataKeyOf(owner), field, text),
    made: () => [...made.values()].map((dataKey) => wrapDataKey(keyring, dataKey)),
  };
}
