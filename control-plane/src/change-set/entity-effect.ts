import type { ConfigEvent, EntityKind } from '@tollgate/schema';
import type { Entity, EntityId, EntityState } from '../aggregate/entity.ts';
import type { ChangeCause, PlannedCommand } from './planned-command.ts';

/** An entity that a change set names, as it is and as it would be. */
export type Touch = {
  readonly id: EntityId;
  readonly kind: EntityKind;
  readonly name: string;
  readonly op: PlannedCommand['command']['op'];
  readonly cause: ChangeCause;
  readonly before: Entity | undefined;
  readonly after: EntityState | undefined;
};

/** What a change set does to one entity. */
export type EntityEffect = Touch & {
  /** Who owns it from now on. */
  readonly owner: string;
  /** The version of the stream that the events follow. */
  readonly expectedVersion: number;
  /** Never empty: an entity that does not change has no effect. */
  readonly events: readonly ConfigEvent[];
};
