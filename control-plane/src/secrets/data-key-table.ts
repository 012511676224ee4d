import { canonicalJson, type Json, type WrappedDataKey } from '@tollgate/schema';
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { DataKeyTable, Tables } from '../database/tables.ts';

/** The data keys of these owners; none for an owner that has none. */
export async function readDataKeys(
  db: Kysely<Tables>,
  owners: readonly string[],
): Promise<ReadonlyMap<string, WrappedDataKey>> {
  if (owners.length === 0) return new Map();
  const rows = await db
    .selectFrom('data_key')
    .selectAll()
    .where('owner', '=', sql<string>`any(${owners}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.owner, toWrapped(row)]));
}

/** Those of all entities of some kinds; nodes hold as many, so there are not too many to hold here. */
export async function readDataKeysOfKinds(
  db: Kysely<Tables>,
  kinds: readonly string[],
): Promise<readonly WrappedDataKey[]> {
  const rows = await db
    .selectFrom('data_key')
    .selectAll()
    .where(sql<boolean>`split_part(owner, ':', 1) = any(${kinds}::text[])`)
    .execute();
  return rows.map(toWrapped);
}

/** @throws if an owner has one already */
export async function insertDataKeys(
  trx: Transaction<Tables>,
  dataKeys: readonly WrappedDataKey[],
  now: Date,
): Promise<void> {
  if (dataKeys.length === 0) return;
  await sql`
    insert into data_key (id, owner, wraps, created_at)
    select id, owner, wraps, ${now} from ${recordset(dataKeys)}`.execute(trx);
}

/** Whatever these data keys sealed can be read by nobody once the transaction is committed. */
export async function destroyDataKeys(trx: Transaction<Tables>, owners: readonly string[]): Promise<void> {
  if (owners.length === 0) return;
  await sql`delete from data_key where owner = any(${owners}::text[])`.execute(trx);
  await sql`delete from personal_digest where owner = any(${owners}::text[])`.execute(trx);
}

/** Replaces the wraps of data keys that are still the same. */
export async function updateWraps(trx: Transaction<Tables>, dataKeys: readonly WrappedDataKey[]): Promise<void> {
  await sql`
    update data_key set wraps = given.wraps from ${recordset(dataKeys)} where data_key.id = given.id`.execute(trx);
}

/** As one JSON parameter, because a statement has at most 65,535 of them. */
const recordset = (dataKeys: readonly WrappedDataKey[]) =>
  sql`jsonb_to_recordset(${canonicalJson(dataKeys as Json)}::jsonb) as given (id text, owner text, wraps jsonb)`;

export const toWrapped = ({ id, owner, wraps }: Selectable<DataKeyTable>): WrappedDataKey => ({ id, owner, wraps });
