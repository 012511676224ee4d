import type { EntityKind } from '@tollgate/schema';
import type { AnyCommand } from '../aggregate/command.ts';
import { type EntityId, type EntityState, toEntityId } from '../aggregate/entity.ts';

/** Makes an entity exactly what it was before, secrets as they are stored; of a rollback. */
export type RestoreCommand = {
  readonly op: 'restore';
  readonly kind: EntityKind;
  readonly name: string;
  readonly state: EntityState;
  readonly owner: string;
};

/** Why an entity is changed: it was asked for, or it is deleted because its document or what it uses no longer has it. */
export type ChangeCause = 'requested' | 'prune' | 'cascade';

/** One thing that a change set is to do. */
export type PlannedCommand = {
  readonly command: AnyCommand | RestoreCommand;
  readonly cause: ChangeCause;
  /** Whether what uses a deleted entity is deleted with it. */
  readonly cascade?: boolean;
  /** Whether a deletion leaves lists that name the entity, which need not exist. Otherwise they are in its way. */
  readonly leavesMentions?: boolean;
  readonly expectedVersion?: number;
};

/** Whether a command says what an entity is, or that it is none; others are acts of operation and leave what it refers to. */
export const isDeclaring = (op: PlannedCommand['command']['op']): boolean =>
  op === 'put' || op === 'restore' || op === 'delete';

export const idOf = ({ command }: PlannedCommand): EntityId => toEntityId(command.kind, command.name);
