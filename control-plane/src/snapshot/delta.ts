import {
  type Delta,
  type DeltaOperation,
  EMPTY_CHECKSUM,
  formatChecksum,
  type Keyring,
  SNAPSHOT_SCHEMA_VERSION,
  signRevision,
} from '@tollgate/schema';
import { type Kysely, sql } from 'kysely';
import { toSnapshotItem } from '../aggregate/definitions.ts';
import { parseEntityId, toEntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import { toEntity } from '../projection/entity-row.ts';
import { readChecksum, readLatestRevision } from '../projection/revision-log.ts';

/** A node that is further behind gets a snapshot; this bounds the size of a message. */
export const DELTA_EVENTS_MAX = 1_000;

/** Where a node says it stands. */
export type NodePosition = { readonly revision: number; readonly checksum: string };

/** The checksum of a configuration without entities, which everything starts from. */
export const EMPTY_SNAPSHOT_CHECKSUM = formatChecksum(EMPTY_CHECKSUM);

/**
 * What leads a node from where it stands to the newest revision.
 * @returns undefined if only a snapshot can: the node is ahead, too far behind, or does not have what was there at its
 *   revision.
 */
export function readDelta(db: Kysely<Tables>, keyring: Keyring, from: NodePosition): Promise<Delta | undefined> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const latest = await readLatestRevision(trx);
      const to = latest?.revision ?? 0;
      if (from.revision > to || to - from.revision > DELTA_EVENTS_MAX) return undefined;
      if ((await checksumAt(trx, from.revision)) !== from.checksum) return undefined;
      const checksum = latest?.checksum ?? EMPTY_SNAPSHOT_CHECKSUM;
      return {
        schemaVersion: SNAPSHOT_SCHEMA_VERSION,
        from: from.revision,
        to,
        operations: [...(await readOperations(trx, from.revision))],
        checksum,
        signature: signRevision(keyring, to, checksum),
      };
    });
}

export async function checksumAt(db: Kysely<Tables>, revision: number): Promise<string | undefined> {
  return revision === 0 ? EMPTY_SNAPSHOT_CHECKSUM : await readChecksum(db, revision);
}

/** One operation for each entity that was touched since, however often; none for one that came and went. */
async function readOperations(db: Kysely<Tables>, from: number): Promise<readonly DeltaOperation[]> {
  const touched = await db
    .selectFrom('event')
    .distinctOn('stream_id')
    .select(['stream_id', 'type'])
    .where('position', '>', from)
    .orderBy('stream_id')
    .orderBy('position')
    .execute();
  const keys = touched.map(({ stream_id }) => parseEntityId(stream_id));
  const [kinds, names] = [keys.map(({ kind }) => kind), keys.map(({ name }) => name)];
  const rows = await db
    .selectFrom('entity')
    .selectAll()
    .where(sql<boolean>`(kind, name) in (select * from unnest(${kinds}::text[], ${names}::text[]))`)
    .execute();
  const entities = new Map(rows.map(toEntity).map((entity) => [toEntityId(entity.kind, entity.name), entity]));
  return touched.flatMap(({ stream_id, type }): readonly DeltaOperation[] => {
    const { kind, name } = parseEntityId(stream_id);
    const entity = entities.get(toEntityId(kind, name));
    if (entity) return [{ op: 'put', item: toSnapshotItem(entity) }];
    // Its first event since then created it, so the node never had it.
    return type.endsWith('Created') ? [] : [{ op: 'remove', kind, id: name }];
  });
}
