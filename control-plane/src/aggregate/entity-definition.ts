import type { EntityKind, Json, SnapshotItem, Specs } from '@tollgate/schema';
import type { Decider } from './decider.ts';
import type { EntityState } from './entity.ts';

/** A name by which one entity refers to another, and where it stands in the one that refers. */
export type Reference = { readonly kind: EntityKind; readonly name: string; readonly path: string };

export type RuleProblem = { readonly path: string; readonly message: string };

/** Finds what another entity will be once the change set is committed. */
export type FindSpec = <Kind extends EntityKind>(kind: Kind, name: string) => Specs[Kind] | undefined;

/** Everything in which a kind of entity differs from the others. Pure. */
export type EntityDefinition<Kind extends EntityKind> = {
  readonly decider: Decider<Kind>;
  references(spec: Specs[Kind]): readonly Reference[];
  /** Rules beyond the shape: what the catalogue and the entities referred to ask for. Missing references are no problem here. */
  check(name: string, spec: Specs[Kind], find: FindSpec): readonly RuleProblem[];
  /** What people may read of it: without secrets, but saying whether they differ from the `previous` ones. */
  show(spec: Specs[Kind], previous: Specs[Kind] | undefined): Json;
  /** What nodes need of it, with defaults resolved. */
  toItem(name: string, state: EntityState<Kind>): SnapshotItem;
};

export const SHOWN_SECRET = '(secret)';
export const SHOWN_CHANGED_SECRET = '(secret changed)';
