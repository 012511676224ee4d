import { sql, type Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { CommitOrigin } from '../event-store/append-events.ts';

/** Listeners learn of a new revision here; the payload is its number. */
export const REVISION_CHANNEL = 'tollgate_revision';

/** Writes the revision that a batch of events led to, with the checksum of the configuration after it, and tells of it on commit. */
export async function writeRevision(
  trx: Transaction<Tables>,
  { revision, checksum }: { readonly revision: number; readonly checksum: string },
  { metadata, recordedAt }: CommitOrigin,
): Promise<void> {
  await trx
    .insertInto('revision')
    .values({
      revision,
      checksum,
      change_set_id: metadata.changeSetId,
      actor: metadata.actor,
      source: metadata.source,
      reason: metadata.reason ?? null,
      committed_at: recordedAt,
    })
    .execute();
  await sql`select pg_notify(${REVISION_CHANNEL}, ${String(revision)})`.execute(trx);
}
