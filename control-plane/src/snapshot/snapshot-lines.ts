import {
  type Checksum,
  canonicalJson,
  EMPTY_CHECKSUM,
  type EntityKind,
  entityKinds,
  formatChecksum,
  type Json,
  type Keyring,
  SNAPSHOT_SCHEMA_VERSION,
  type SnapshotHead,
  type SnapshotItem,
  type SnapshotTail,
  signRevision,
  withItem,
} from '@tollgate/schema';
import { type Kysely, type Selectable, sql } from 'kysely';
import { toSnapshotItem } from '../aggregate/definitions.ts';
import type { EntityTable, Tables } from '../database/tables.ts';
import { toEntity } from '../projection/entity-row.ts';
import { readLatestRevision } from '../projection/revision-log.ts';

const BATCH_ITEMS = 1_000;

export type SnapshotPort = {
  readonly db: Kysely<Tables>;
  readonly keyring: Keyring;
  /** Told if the items do not add up to the checksum of their revision, so that deltas from it cannot be trusted. */
  onMismatch(details: { readonly revision: number; readonly recorded: string; readonly computed: string }): void;
};

/**
 * The newest snapshot as chunks of lines: head, items, tail. It is one consistent view (a repeatable-read transaction) and
 * never whole in memory: at most 1,000 entities at a time, fetched as fast as the reader takes them. A reader that
 * leaves early ends the transaction; one that gets no tail must drop what it has.
 */
export async function* streamSnapshot({ db, keyring, onMismatch }: SnapshotPort): AsyncGenerator<string> {
  const trx = await db.startTransaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute();
  try {
    const latest = await readLatestRevision(trx);
    const revision = latest?.revision ?? 0;
    yield line({ schemaVersion: SNAPSHOT_SCHEMA_VERSION, revision } satisfies SnapshotHead);
    let checksum: Checksum = EMPTY_CHECKSUM;
    let count = 0;
    for await (const items of readItems(trx)) {
      checksum = items.reduce(withItem, checksum);
      count += items.length;
      yield items.map(line).join('');
    }
    const computed = formatChecksum(checksum);
    const recorded = latest?.checksum ?? formatChecksum(EMPTY_CHECKSUM);
    if (computed !== recorded) onMismatch({ revision, recorded, computed });
    const signature = signRevision(keyring, revision, computed);
    yield line({ count, checksum: computed, signature } satisfies SnapshotTail);
  } finally {
    await trx.rollback().execute();
  }
}

async function* readItems(trx: Kysely<Tables>): AsyncGenerator<readonly SnapshotItem[]> {
  for (const kind of entityKinds) yield* readItemsOf(trx, kind);
}

/** With a cursor, because pages by name are as fast only while Postgres' statistics of the table are fresh. */
async function* readItemsOf(trx: Kysely<Tables>, kind: EntityKind): AsyncGenerator<readonly SnapshotItem[]> {
  await sql`declare items no scroll cursor for select * from entity where kind = ${sql.lit(kind)}`.execute(trx);
  while (true) {
    const { rows } = await sql<Selectable<EntityTable>>`fetch ${sql.lit(BATCH_ITEMS)} from items`.execute(trx);
    if (rows.length > 0) yield rows.map(toEntity).map(toSnapshotItem);
    if (rows.length < BATCH_ITEMS) break;
  }
  await sql`close items`.execute(trx);
}

const line = (value: SnapshotHead | SnapshotItem | SnapshotTail): string =>
  `${canonicalJson(value as unknown as Json)}\n`;
