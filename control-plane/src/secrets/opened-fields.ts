import { type DataKey, dataKeyIdOf, type Keyring, openValue, unwrapDataKey } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { readDataKeys } from './data-key-table.ts';

/** What can be said of a sealed field. */
export type OpenedField =
  | { readonly tag: 'text'; readonly text: string }
  /** Its data key was destroyed. */
  | { readonly tag: 'erased' }
  /** Its data key is there, but not the sealing key that it is wrapped with; or the field was tampered with. */
  | { readonly tag: 'unreadable' };

/** Opens fields of the owners that were asked for. */
export type FieldReader = { open(owner: string, field: string, sealed: string): OpenedField };

/** One query, however many owners. Nothing is kept beyond it, so that what is erased is erased here too. */
export async function readFields(
  db: Kysely<Tables>,
  keyring: Keyring,
  owners: readonly string[],
): Promise<FieldReader> {
  const wrapped = await readDataKeys(db, [...new Set(owners)]);
  const opened = new Map<string, DataKey>();
  for (const [owner, each] of wrapped) {
    const dataKey = unwrapDataKey(keyring, each);
    if (dataKey) opened.set(owner, dataKey);
  }
  return {
    open(owner, field, sealed) {
      if (wrapped.get(owner)?.id !== dataKeyIdOf(sealed)) return { tag: 'erased' };
      const dataKey = opened.get(owner);
      const text = dataKey && openValue(dataKey, field, sealed);
      return text === undefined ? { tag: 'unreadable' } : { tag: 'text', text };
    },
  };
}
