import { type Kysely, type Selectable, sql } from 'kysely';
import { type Entity, type EntityId, parseEntityId } from '../aggregate/entity.ts';
import type { EventTable, Tables } from '../database/tables.ts';
import { fromRow, type StoredEvent } from '../event-store/stored-event.ts';
import { applyEvent } from '../projection/apply-event.ts';
import { toEntity } from '../projection/entity-row.ts';

/** One event of an entity, with what it was before and became. */
export type EntityChange = {
  readonly event: StoredEvent;
  readonly revision: number;
  readonly before: Entity | undefined;
  readonly after: Entity | undefined;
};

/**
 * A page of what happened to an entity, newest first. It reads the events of the page and the state before them, however
 * long the history is.
 * @param before a version, exclusive
 */
export async function readEntityHistory(
  db: Kysely<Tables>,
  id: EntityId,
  { first, before }: { readonly first: number; readonly before?: number | undefined },
): Promise<readonly EntityChange[]> {
  const page = await readEvents(db, id, sql`version < ${before ?? null}::int or ${before ?? null}::int is null`, first);
  const oldest = page.at(-1)?.event.version;
  if (oldest === undefined) return [];
  const base = await readBase(db, id, oldest);
  // The base is followed by events that are not on the page if it was deleted since.
  const since = await readEvents(db, id, sql`version > ${base?.version ?? 0} and version < ${oldest}`);
  const changes = fold([...page, ...since].reverse(), base);
  return changes.slice(since.length).reverse();
}

type PlacedEvent = { readonly event: StoredEvent; readonly revision: number };

async function readEvents(
  db: Kysely<Tables>,
  id: EntityId,
  condition: ReturnType<typeof sql>,
  first?: number,
): Promise<readonly PlacedEvent[]> {
  const { rows } = await sql<Selectable<EventTable> & { revision: number }>`
    select event.*, revision.revision
    from event join revision on revision.change_set_id = event.metadata ->> 'changeSetId'
    where stream_id = ${id} and (${condition})
    order by version desc
    limit ${first ?? null}`.execute(db);
  return rows.map((row) => ({ event: fromRow(row), revision: row.revision }));
}

/** The entity as it was last before a version. */
async function readBase(db: Kysely<Tables>, id: EntityId, version: number): Promise<Entity | undefined> {
  const { kind, name } = parseEntityId(id);
  const row = await db
    .selectFrom('entity')
    .selectAll()
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where('version', '<', version)
    .orderBy('valid_from', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toEntity(row);
}

function fold(events: readonly PlacedEvent[], base: Entity | undefined): readonly EntityChange[] {
  let before = base;
  return events.map(({ event, revision }) => {
    const after = applyEvent(before, event, revision);
    const change = { event, revision, before, after };
    before = after;
    return change;
  });
}
