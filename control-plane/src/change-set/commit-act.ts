import { EMPTY_CHECKSUM, formatChecksum } from '@tollgate/schema';
import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { appendEvents, type CommitOrigin, readVersions } from '../event-store/append-events.ts';
import type { EventBody } from '../event-store/stored-event.ts';
import { readLatestRevision } from '../projection/revision-log.ts';
import { writeRevision } from './write-revision.ts';

/**
 * Commits an act of operation that declares nothing, such as the correction of a quota: an event in a stream that is no entity's. It is a
 * revision like any other, with the same configuration and so the same checksum. The transaction holds the log's lock.
 * @returns the new revision
 */
export async function commitAct(
  trx: Transaction<Tables>,
  { streamId, event }: { readonly streamId: string; readonly event: EventBody },
  origin: CommitOrigin,
): Promise<number> {
  const expectedVersion = (await readVersions(trx, [streamId])).get(streamId) ?? 0;
  const owner = origin.metadata.source;
  const result = await appendEvents(trx, [{ streamId, expectedVersion, owner, events: [event] }], origin);
  if (result.kind !== 'appended') throw new Error(`stream ${streamId} was written without the log's lock`);
  const revision = result.events.at(-1)?.position ?? 0;
  const latest = await readLatestRevision(trx);
  await writeRevision(trx, { revision, checksum: latest?.checksum ?? formatChecksum(EMPTY_CHECKSUM) }, origin);
  return revision;
}
