import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** A committed revision, with the checksum of the snapshot that nodes have at it. */
export type Revision = {
  readonly revision: number;
  readonly checksum: string;
  readonly actor: string;
  readonly source: string;
  readonly committedAt: Date;
};

/** The newest revision; undefined before the first change set. */
export async function readLatestRevision(db: Kysely<Tables>): Promise<Revision | undefined> {
  const row = await db.selectFrom('revision').selectAll().orderBy('revision', 'desc').limit(1).executeTakeFirst();
  return row && { ...row, committedAt: row.committed_at };
}

/** The checksum at a revision; undefined if no change set led to it. */
export async function readChecksum(db: Kysely<Tables>, revision: number): Promise<string | undefined> {
  const row = await db.selectFrom('revision').select('checksum').where('revision', '=', revision).executeTakeFirst();
  return row?.checksum;
}
