import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { fromRow, type StoredEvent } from './stored-event.ts';

const BATCH_EVENTS = 1_000;

/** All events of one stream, oldest first. */
export async function readStream(db: Kysely<Tables>, streamId: string): Promise<readonly StoredEvent[]> {
  const rows = await db.selectFrom('event').selectAll().where('stream_id', '=', streamId).orderBy('version').execute();
  return rows.map(fromRow);
}

/** The log from a position on, oldest first; holds at most 1,000 events at a time. */
export async function* readAll(db: Kysely<Tables>, fromPosition = 1): AsyncGenerator<StoredEvent> {
  for await (const events of readBatches(db, fromPosition)) yield* events;
}

/** The same in batches of at most 1,000. */
export async function* readBatches(
  db: Kysely<Tables>,
  fromPosition = 1,
  batchEvents = BATCH_EVENTS,
): AsyncGenerator<readonly StoredEvent[]> {
  let next = fromPosition;
  while (true) {
    const rows = await db
      .selectFrom('event')
      .selectAll()
      .where('position', '>=', next)
      .orderBy('position')
      .limit(batchEvents)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(fromRow);
    if (rows.length < batchEvents) return;
    next = last.position + 1;
  }
}

/** A page of the log, newest first; `before` is exclusive. */
export async function readNewest(
  db: Kysely<Tables>,
  { first, before }: { readonly first: number; readonly before?: number },
): Promise<readonly StoredEvent[]> {
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .$if(before !== undefined, (query) => query.where('position', '<', before ?? 0))
    .orderBy('position', 'desc')
    .limit(first)
    .execute();
  return rows.map(fromRow);
}
