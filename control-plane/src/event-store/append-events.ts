import { canonicalJson, chainHash, GENESIS_HASH, type Json } from '@tollgate/schema';
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { type CommitMetadata, type EventBody, type StoredEvent, toLoggedEvent } from './stored-event.ts';
import { newestVersionOf } from './upcast/upcast.ts';

/** What is to be appended to one stream. */
export type StreamEvents = {
  readonly streamId: string;
  /** The version that the events were decided on; 0 means that the stream must not exist. */
  readonly expectedVersion: number;
  /** Who owns the entity from now on. */
  readonly owner: string;
  readonly events: readonly EventBody[];
};

/** By whom and when the batch is appended. */
export type CommitOrigin = { readonly metadata: CommitMetadata; readonly recordedAt: Date };

export type ConcurrencyError = {
  readonly kind: 'concurrency_error';
  readonly streamId: string;
  readonly expectedVersion: number;
};

export type AppendResult =
  | { readonly kind: 'appended'; readonly events: readonly StoredEvent[] }
  /** The transaction must be rolled back. */
  | ConcurrencyError;

/** Any number, as long as nothing else in the database uses it. */
const LOG_LOCK = 7_461_100_001;
const UNIQUE_VIOLATION = '23505';

/** Held until the transaction ends: everything that was committed is seen after it, and nothing can be committed before. */
export async function lockLog(trx: Transaction<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOG_LOCK})`.execute(trx);
}

/**
 * Appends to any number of streams as one batch. Positions follow each other without a gap in the order of commits,
 * because they are assigned under a lock that is held until the commit; so `max(position)` is a safe revision.
 */
export async function appendEvents(
  trx: Transaction<Tables>,
  batch: readonly StreamEvents[],
  origin: CommitOrigin,
): Promise<AppendResult> {
  await lockLog(trx);
  const stale = await findStale(trx, batch);
  if (stale) return { kind: 'concurrency_error', streamId: stale.streamId, expectedVersion: stale.expectedVersion };
  const last = await trx
    .selectFrom('event')
    .select(['position', 'hash'])
    .orderBy('position', 'desc')
    .limit(1)
    .execute();
  const events = chain(batch, origin, last[0] ?? { position: 0, hash: GENESIS_HASH });
  try {
    await insert(trx, events);
  } catch (error) {
    // Only a writer that does not take the lock can bring this about.
    const [first] = batch;
    if (!isUniqueViolation(error) || first === undefined) throw error;
    return { kind: 'concurrency_error', streamId: first.streamId, expectedVersion: first.expectedVersion };
  }
  return { kind: 'appended', events };
}

async function findStale(trx: Transaction<Tables>, batch: readonly StreamEvents[]): Promise<StreamEvents | undefined> {
  const versions = await readVersions(
    trx,
    batch.map(({ streamId }) => streamId),
  );
  return batch.find(({ streamId, expectedVersion }) => (versions.get(streamId) ?? 0) !== expectedVersion);
}

/** The current version of each stream that exists. */
export async function readVersions(
  trx: Transaction<Tables>,
  streamIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await trx
    .selectFrom('event')
    .select(['stream_id', ({ fn }) => fn.max('version').as('version')])
    .where('stream_id', '=', sql<string>`any(${streamIds}::text[])`)
    .groupBy('stream_id')
    .execute();
  return new Map(rows.map(({ stream_id, version }) => [stream_id, version]));
}

function chain(
  batch: readonly StreamEvents[],
  origin: CommitOrigin,
  last: { readonly position: number; readonly hash: string },
): readonly StoredEvent[] {
  const { recordedAt } = origin;
  let { position, hash } = last;
  return batch.flatMap(({ streamId, expectedVersion, owner, events }) =>
    events.map(({ type, data }, index) => {
      position += 1;
      const metadata = { ...origin.metadata, owner };
      const version = expectedVersion + index + 1;
      const schemaVersion = newestVersionOf(type);
      const event = { position, streamId, version, type, schemaVersion, data, metadata, recordedAt, hash };
      hash = chainHash(hash, toLoggedEvent(event));
      return { ...event, hash };
    }),
  );
}

/** As one JSON parameter, because a statement has at most 65,535 of them. */
async function insert(trx: Transaction<Tables>, events: readonly StoredEvent[]): Promise<void> {
  const rows = events.map((event) => ({
    position: event.position,
    stream_id: event.streamId,
    version: event.version,
    type: event.type,
    schema_version: event.schemaVersion,
    data: event.data,
    metadata: { ...event.metadata },
    recorded_at: event.recordedAt.toISOString(),
    hash: event.hash,
  }));
  await sql`
    insert into event (position, stream_id, version, type, schema_version, data, metadata, recorded_at, hash)
    select position, stream_id, version, type, schema_version, data, metadata, recorded_at, hash
    from jsonb_to_recordset(${canonicalJson(rows as Json)}::jsonb) as rows (
      position bigint, stream_id text, version int, type text, schema_version int, data jsonb, metadata jsonb,
      recorded_at timestamptz, hash text
    )`.execute(trx);
}

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
