import {
  type Checksum,
  canonicalJson,
  EMPTY_CHECKSUM,
  type EntityKind,
  formatChecksum,
  itemText,
  type Json,
  type Keyring,
  nodeKinds,
  SNAPSHOT_SCHEMA_VERSION,
  type SnapshotDataKey,
  type SnapshotHead,
  type SnapshotTail,
  signRevision,
  withItemText,
} from '@tollgate/schema';
import { type Kysely, type Selectable, sql } from 'kysely';
import { toSnapshotItem } from '../aggregate/definitions.ts';
import type { EntityState } from '../aggregate/entity.ts';
import type { EntityTable, Tables } from '../database/tables.ts';
import { readLatestRevision } from '../projection/revision-log.ts';
import { readAllDataKeys } from '../secrets/data-keys-for-nodes.ts';

const BATCH_ITEMS = 500;

export type SnapshotPort = {
  readonly db: Kysely<Tables>;
  readonly keyring: Keyring;
  /** Told if the items do not add up to the checksum of their revision, so that deltas from it cannot be trusted. */
  onMismatch(details: { readonly revision: number; readonly recorded: string; readonly computed: string }): void;
};

/**
 * The newest snapshot as chunks of lines: head, data keys, items, tail. It is one consistent view (a repeatable-read
 * transaction) and never whole in memory: at most 1,000 entities at a time, fetched as fast as the reader takes them. A
 * reader that leaves early ends the transaction; one that gets no tail must drop what it has.
 */
export async function* streamSnapshot({ db, keyring, onMismatch }: SnapshotPort): AsyncGenerator<string> {
  const trx = await db.startTransaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute();
  try {
    const latest = await readLatestRevision(trx);
    const revision = latest?.revision ?? 0;
    yield line({ schemaVersion: SNAPSHOT_SCHEMA_VERSION, revision } satisfies SnapshotHead);
    for (const dataKey of await readAllDataKeys(trx, keyring)) yield line({ dataKey } satisfies SnapshotDataKey);
    let checksum: Checksum = EMPTY_CHECKSUM;
    let count = 0;
    for await (const items of readItemTexts(trx)) {
      // Nodes may need nothing of a thousand entities, and no line is empty.
      if (items.length === 0) continue;
      checksum = items.reduce(withItemText, checksum);
      count += items.length;
      yield items.join('\n').concat('\n');
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

async function* readItemTexts(trx: Kysely<Tables>): AsyncGenerator<readonly string[]> {
  for (const kind of nodeKinds) yield* readItemTextsOf(trx, kind);
}

type Row = Pick<Selectable<EntityTable>, 'kind' | 'name' | 'state'>;

/**
 * With a cursor, because pages by name are as fast only while Postgres' statistics of the table are fresh. Postgres fetches
 * the next rows while these are made into text.
 */
async function* readItemTextsOf(trx: Kysely<Tables>, kind: EntityKind): AsyncGenerator<readonly string[]> {
  await sql`
    declare items no scroll cursor for
    select kind, name, state from entity where kind = ${sql.lit(kind)} and valid_until is null`.execute(trx);
  let fetching: Promise<readonly Row[]> | undefined = fetchRows(trx);
  while (fetching) {
    const rows: readonly Row[] = await fetching;
    fetching = rows.length === BATCH_ITEMS ? fetchRows(trx) : undefined;
    if (rows.length > 0) yield rows.flatMap(toText);
  }
  await sql`close items`.execute(trx);
}

function fetchRows(trx: Kysely<Tables>): Promise<readonly Row[]> {
  const rows = sql<Row>`fetch ${sql.lit(BATCH_ITEMS)} from items`.execute(trx).then((result) => result.rows);
  // A reader that leaves early awaits it no more; whoever does await it gets the error.
  rows.catch(() => {});
  return rows;
}

function toText({ kind, name, state }: Row): string | [] {
  const item = toSnapshotItem({ kind, name, state: state as unknown as EntityState });
  return item ? itemText(item) : [];
}

const line = (value: SnapshotHead | SnapshotDataKey | SnapshotTail): string =>
  `${canonicalJson(value as unknown as Json)}\n`;
