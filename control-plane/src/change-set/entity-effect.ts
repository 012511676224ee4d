import type { ConfigEvent, EntityKind } from '@tollgate/schema';
import type { AnyCommand } from '../aggregate/command.ts';
import type { Entity, EntityId, EntityState } from '../aggregate/entity.ts';

/** What a change set does to one entity. */
export type EntityEffect = {
  readonly id: EntityId;
  readonly kind: EntityKind;
  readonly name: string;
  readonly op: AnyCommand['op'];
  readonly before: Entity | undefined;
  readonly after: EntityState | undefined;
  /** The version of the stream that the events follow. */
  readonly expectedVersion: number;
  /** Never empty: an entity that does not change has no effect. */
  readonly events: readonly ConfigEvent[];
};
