import { type Kysely, type Selectable, sql } from 'kysely';
import type { RevisionTable, Tables } from '../database/tables.ts';

/** A committed revision, with the checksum of the snapshot that nodes have at it. */
export type Revision = {
  readonly revision: number;
  readonly checksum: string;
  readonly changeSetId: string;
  readonly actor: string;
  readonly source: string;
  readonly reason: string | undefined;
  readonly committedAt: Date;
};

/** The newest revision; undefined before the first change set. */
export async function readLatestRevision(db: Kysely<Tables>): Promise<Revision | undefined> {
  return (await readRevisions(db, { first: 1 }))[0];
}

/** A page of revisions, newest first; `before` is exclusive. */
export async function readRevisions(
  db: Kysely<Tables>,
  { first, before }: { readonly first: number; readonly before?: number },
): Promise<readonly Revision[]> {
  const rows = await db
    .selectFrom('revision')
    .selectAll()
    .$if(before !== undefined, (query) => query.where('revision', '<', before ?? 0))
    .orderBy('revision', 'desc')
    .limit(first)
    .execute();
  return rows.map(fromRow);
}

/** The first revisions after one, oldest first. */
export async function readRevisionsAfter(
  db: Kysely<Tables>,
  { revision, first }: { readonly revision: number; readonly first: number },
): Promise<readonly Revision[]> {
  const rows = await db
    .selectFrom('revision')
    .selectAll()
    .where('revision', '>', revision)
    .orderBy('revision')
    .limit(first)
    .execute();
  return rows.map(fromRow);
}

/** Undefined if no change set led to it. */
export async function readRevision(db: Kysely<Tables>, revision: number): Promise<Revision | undefined> {
  const row = await db.selectFrom('revision').selectAll().where('revision', '=', revision).executeTakeFirst();
  return row && fromRow(row);
}

/** The checksum at a revision; undefined if no change set led to it. */
export async function readChecksum(db: Kysely<Tables>, revision: number): Promise<string | undefined> {
  return (await readRevision(db, revision))?.checksum;
}

/** The hashes of the last events of some revisions. */
export async function readHashes(
  db: Kysely<Tables>,
  revisions: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const rows = await db
    .selectFrom('event')
    .select(['position', 'hash'])
    .where('position', '=', sql<number>`any(${revisions}::bigint[])`)
    .execute();
  return new Map(rows.map(({ position, hash }) => [position, hash]));
}

/** The newest revision that was committed at an instant or before; 0 if there was none yet. */
export async function readRevisionAt(db: Kysely<Tables>, time: Date): Promise<number> {
  const row = await db
    .selectFrom('revision')
    .select('revision')
    .where('committed_at', '<=', time)
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.revision ?? 0;
}

const fromRow = (row: Selectable<RevisionTable>): Revision => ({
  revision: row.revision,
  checksum: row.checksum,
  changeSetId: row.change_set_id,
  actor: row.actor,
  source: row.source,
  reason: row.reason ?? undefined,
  committedAt: row.committed_at,
});
