import type { Json } from '@tollgate/schema';
import type { Selectable } from 'kysely';
import type { Entity, EntityState } from '../aggregate/entity.ts';
import type { EntityTable } from '../database/tables.ts';
import { linksOf } from './entity-links.ts';

export function toEntity(row: Selectable<EntityTable>): Entity {
  return {
    kind: row.kind,
    name: row.name,
    version: row.version,
    revision: row.valid_from,
    state: row.state as unknown as EntityState,
    owner: row.owner,
    ownedSince: { revision: row.owned_since, at: row.owned_at },
    changedBy: row.changed_by,
    changeSource: row.change_source,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** @param until the revision from which on it holds no longer; null if it holds now */
export function toRow(entity: Entity, until: number | null): Json {
  return {
    kind: entity.kind,
    name: entity.name,
    valid_from: entity.revision,
    valid_until: until,
    version: entity.version,
    state: entity.state as unknown as Json,
    owner: entity.owner,
    owned_since: entity.ownedSince.revision,
    owned_at: entity.ownedSince.at.toISOString(),
    changed_by: entity.changedBy,
    change_source: entity.changeSource,
    ...linksOf(entity.kind, entity.state.spec),
    created_at: entity.createdAt.toISOString(),
    updated_at: entity.updatedAt.toISOString(),
  };
}
