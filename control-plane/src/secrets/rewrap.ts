import { type Keyring, unwrapDataKey, type WrappedDataKey, wrapDataKey } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { toWrapped, updateWraps } from './data-key-table.ts';

/** Data keys in one transaction: few enough that none who changes one of their entities waits for long. */
const BATCH_KEYS = 1_000;

export type RewrapResult = {
  /** Data keys that this call wrapped anew; the others were so already. */
  readonly rewrapped: number;
  /** Data keys that this call looked at. */
  readonly checked: number;
  /** Entities whose data key no accepted sealing key opens; it stays as it is. */
  readonly unopened: readonly string[];
  /** Where the next call goes on; undefined if there is nothing more. */
  readonly next: string | undefined;
};

/**
 * Wraps the next thousand data keys with the current sealing key alone. Each call is one transaction: what broke off goes on
 * where it was, through any replica, and what is done twice does no harm.
 * @param after `next` of the call before; undefined starts with the first data key
 */
export function rewrapBatch(db: Kysely<Tables>, keyring: Keyring, after: string | undefined): Promise<RewrapResult> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('data_key')
      .selectAll()
      .where('id', '>', after ?? '')
      .orderBy('id')
      .limit(BATCH_KEYS)
      .forUpdate()
      .execute();
    const due = rows.map(toWrapped).filter((wrapped) => !isWrappedByCurrentAlone(keyring, wrapped));
    const outcomes = due.map((wrapped) => ({ wrapped, dataKey: unwrapDataKey(keyring, wrapped) }));
    const current = { accepted: [keyring.current] };
    const rewrapped = outcomes.flatMap(({ dataKey }) => (dataKey ? [wrapDataKey(current, dataKey)] : []));
    await updateWraps(trx, rewrapped);
    return {
      rewrapped: rewrapped.length,
      checked: rows.length,
      unopened: outcomes.flatMap(({ wrapped, dataKey }) => (dataKey ? [] : [wrapped.owner])),
      next: rows.length < BATCH_KEYS ? undefined : rows.at(-1)?.id,
    };
  });
}

const isWrappedByCurrentAlone = ({ current }: Keyring, { wraps }: WrappedDataKey): boolean =>
  Object.keys(wraps).join() === current.keyId;
