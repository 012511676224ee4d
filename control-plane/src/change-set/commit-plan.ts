import { type Checksum, EMPTY_CHECKSUM, formatChecksum, type Json } from '@tollgate/schema';
import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { type AppendResult, appendEvents, type CommitOrigin } from '../event-store/append-events.ts';
import type { StoredEvent } from '../event-store/stored-event.ts';
import { checksumAfter, foldChangeSet, revisionOf } from '../projection/fold-change-set.ts';
import { readLatestRevision } from '../projection/revision-log.ts';
import { writeEntities } from '../projection/write-entities.ts';
import type { EntityEffect } from './entity-effect.ts';
import { writeRevision } from './write-revision.ts';

/**
 * Makes a plan true within a transaction that holds the log's lock:
 * 1. appends the events, 2. writes the entities, 3. writes the revision with the new checksum, 4. notifies.
 * All of it is one transaction, so a crash between any two leaves nothing; Postgres notifies on commit only.
 * @returns the new revision: the position of the last event
 * @throws if the versions that were planned on are not current, which the lock excludes
 */
export async function commitPlan(
  trx: Transaction<Tables>,
  effects: readonly EntityEffect[],
  origin: CommitOrigin,
): Promise<number> {
  const events = eventsOf(await appendEvents(trx, effects.map(toStreamEvents), origin));
  const revision = revisionOf(events);
  const before = new Map(effects.map((effect) => [effect.id, effect.before]));
  const touched = foldChangeSet(before, events);
  const latest = await readLatestRevision(trx);
  const checksum = formatChecksum(checksumAfter(parseChecksum(latest?.checksum), before, touched));
  await writeEntities(trx, touched, revision);
  await writeRevision(trx, { revision, checksum }, origin);
  return revision;
}

const toStreamEvents = ({ id, expectedVersion, owner, events }: EntityEffect) => ({
  streamId: id,
  expectedVersion,
  owner,
  events: events.map(({ type, data }) => ({ type, data: data as Json })),
});

function eventsOf(result: AppendResult): readonly StoredEvent[] {
  if (result.kind === 'appended') return result.events;
  throw new Error(`stream ${result.streamId} was written without the log's lock`);
}

const parseChecksum = (text: string | undefined): Checksum =>
  text === undefined ? EMPTY_CHECKSUM : BigInt(`0x${text}`);
