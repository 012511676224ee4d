import { type EntityKind, type FieldChange, notEnforcedIn } from '@tollgate/schema';
import type { Entity, OwnedSince } from '../aggregate/entity.ts';
import { type ChangeAction, describeChange } from '../history/describe-change.ts';
import type { EntityEffect } from './entity-effect.ts';
import type { ChangeCause } from './planned-command.ts';

export type PlanAction = ChangeAction;

/** What a change set does to one entity, for people to read: without secrets. */
export type PlanEntry = {
  readonly action: PlanAction;
  readonly kind: EntityKind;
  readonly name: string;
  readonly fields: readonly FieldChange[];
  readonly cause: ChangeCause;
  /** Who owns it afterwards; null if it is deleted. */
  readonly owner: string | null;
  /** Fields of it that are stored but that nothing enforces in this version; `*` if all of it is so. */
  readonly notEnforced: readonly string[];
  /** How it came to be what it is before: who changed it last, and when. Null if it is new. */
  readonly previous: PreviousChange | null;
};

export type PreviousChange = {
  readonly version: number;
  readonly revision: number;
  readonly owner: string;
  readonly ownedSince: OwnedSince;
  readonly actor: string;
  readonly source: string;
  readonly at: Date;
};

export function toPlanEntry(effect: EntityEffect): PlanEntry {
  const { id, kind, name, cause, before, after, owner } = effect;
  const change = describeChange(id, before, after && { state: after, owner });
  return {
    action: change?.action ?? 'update',
    kind,
    name,
    fields: change?.fields ?? [],
    cause,
    owner: after ? owner : null,
    notEnforced: after ? notEnforcedIn(kind, after.spec) : [],
    previous: before ? toPrevious(before) : null,
  };
}

export const toPrevious = (entity: Entity): PreviousChange => ({
  version: entity.version,
  revision: entity.revision,
  owner: entity.owner,
  ownedSince: entity.ownedSince,
  actor: entity.changedBy,
  source: entity.changeSource,
  at: entity.updatedAt,
});
