import type { Json } from '@tollgate/schema';
import type { Selectable } from 'kysely';
import type { Entity, EntityState } from '../aggregate/entity.ts';
import type { EntityTable } from '../database/tables.ts';

export function toEntity(row: Selectable<EntityTable>): Entity {
  return {
    kind: row.kind,
    name: row.name,
    version: row.version,
    revision: row.revision,
    state: row.state as unknown as EntityState,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function toRow(entity: Entity): Json {
  return {
    kind: entity.kind,
    name: entity.name,
    version: entity.version,
    revision: entity.revision,
    state: entity.state as unknown as Json,
    created_at: entity.createdAt.toISOString(),
    updated_at: entity.updatedAt.toISOString(),
  };
}
