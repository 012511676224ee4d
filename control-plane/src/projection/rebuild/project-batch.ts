import { type Checksum, formatChecksum } from '@tollgate/schema';
import type { Insertable } from 'kysely';
import type { Entity, EntityId } from '../../aggregate/entity.ts';
import type { RevisionTable } from '../../database/tables.ts';
import type { StoredEvent } from '../../event-store/stored-event.ts';
import type { Upcasters } from '../../event-store/upcast/upcast.ts';
import { checksumAfter, type Entities, foldChangeSet, revisionOf } from '../fold-change-set.ts';
import type { EntityRow } from '../write-entities.ts';

/** What some change sets in a row are projected to. */
export type ProjectedBatch = {
  /** The revision until which that holds what held of an entity before them. */
  readonly ended: ReadonlyMap<EntityId, number>;
  readonly rows: readonly EntityRow[];
  readonly revisions: readonly Insertable<RevisionTable>[];
  /** After the last of them. */
  readonly checksum: Checksum;
};

/**
 * Projects change sets as their commits did, with every revision between. Pure.
 * @param before what the entities are that they touch, and the checksum of everything
 */
export function projectBatch(
  changeSets: readonly (readonly StoredEvent[])[],
  before: { readonly entities: Entities; readonly checksum: Checksum },
  table?: Upcasters,
): ProjectedBatch {
  const now = new Map(before.entities);
  const ended = new Map<EntityId, number>();
  /** Of each entity the row that holds, if it came from these change sets. */
  const held = new Map<EntityId, number>();
  const rows: EntityRow[] = [];
  const revisions: Insertable<RevisionTable>[] = [];
  let { checksum } = before;

  function write(id: EntityId, after: Entity | undefined, revision: number): void {
    const place = held.get(id);
    const last = place === undefined ? undefined : rows[place];
    if (place !== undefined && last) rows[place] = { ...last, until: revision };
    else if (now.get(id)) ended.set(id, revision);
    held.delete(id);
    if (after) held.set(id, rows.push({ entity: after, until: null }) - 1);
    now.set(id, after);
  }

  for (const events of changeSets) {
    const touched = foldOrSayWhich(now, events, table);
    checksum = checksumAfter(checksum, now, touched);
    for (const [id, after] of touched) write(id, after, revisionOf(events));
    revisions.push(...toRevision(events, checksum));
  }
  return { ended, rows, revisions, checksum };
}

function foldOrSayWhich(now: Entities, events: readonly StoredEvent[], table: Upcasters | undefined): Entities {
  try {
    return foldChangeSet(now, events, table);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'for an unknown reason';
    const message = `the change set at positions ${events[0]?.position} to ${revisionOf(events)} cannot be read: ${reason}`;
    throw new Error(message, { cause: error });
  }
}

/** A change set is told of by each of its events alike. */
function toRevision(events: readonly StoredEvent[], checksum: Checksum): readonly Insertable<RevisionTable>[] {
  const last = events.at(-1);
  if (!last) return [];
  const { changeSetId, actor, source, reason = null } = last.metadata;
  return [
    {
      revision: last.position,
      checksum: formatChecksum(checksum),
      change_set_id: changeSetId,
      actor,
      source,
      reason,
      committed_at: last.recordedAt,
    },
  ];
}
