import {
  type EntityKind,
  type Json,
  type Reference,
  referencesIn,
  type SnapshotItem,
  type Specs,
} from '@tollgate/schema';
import { createDecider, type Settle } from './create-decider.ts';
import type { Decider } from './decider.ts';
import type { EntityId, EntityState } from './entity.ts';
import { showSpec } from './show-spec.ts';

export type RuleProblem = { readonly path: string; readonly message: string };

/** Finds what another entity will be once the change set is committed. */
export type FindSpec = <Kind extends EntityKind>(kind: Kind, name: string) => Specs[Kind] | undefined;

/** Everything that is to be known of a kind of entity. Pure. */
export type EntityDefinition<Kind extends EntityKind> = {
  readonly decider: Decider<Kind>;
  /** Every name by which it refers to others. */
  references(spec: Specs[Kind]): readonly Reference[];
  /** Rules beyond the shape: what the catalogue and the entities referred to ask for. Missing references are no problem here. */
  check(name: string, spec: Specs[Kind], find: FindSpec): readonly RuleProblem[];
  /** What `check` finds besides what is referred to. */
  readonly finds?: (spec: Specs[Kind]) => readonly EntityId[];
  /** Kinds that `check` finds: if such an entity is put, those that refer to it are checked again. */
  readonly looksAt?: readonly EntityKind[];
  /** Kinds that `check` follows from reference to reference, so that all which can be reached has to be at hand. */
  readonly follows?: readonly EntityKind[];
  /** Kinds that have no entity of the same name. */
  readonly sharesNamesWith?: readonly EntityKind[];
  /** What people may read of it: without secrets, but saying whether they differ from the `previous` ones. */
  show(spec: Specs[Kind], previous: Specs[Kind] | undefined): Json;
  /** What nodes need of it, with defaults resolved; undefined if they need nothing. */
  toItem(name: string, state: EntityState<Kind>): SnapshotItem | undefined;
};

/** What may be particular to a kind. */
export type Particulars<Kind extends EntityKind> = Partial<
  Pick<EntityDefinition<Kind>, 'decider' | 'check' | 'finds' | 'looksAt' | 'follows' | 'sharesNamesWith' | 'toItem'>
>;

/** Makes the definition of a kind from what is particular to it; all else follows from the registry of kinds. */
export function defineEntity<Kind extends EntityKind>(
  kind: Kind,
  particulars: Particulars<Kind> = {},
): EntityDefinition<Kind> {
  // What is asked for is stored as it is; only virtual keys, whose decider is their own, differ.
  const settle: Settle<Kind> = (intent) => intent as unknown as Specs[Kind];
  return {
    // A kind that cannot be blocked is never asked to be, by the type of its commands.
    decider: createDecider(kind, settle) as unknown as Decider<Kind>,
    references: (spec) => referencesIn(kind, spec),
    check: () => [],
    show: (spec, previous) => showSpec(kind, spec, previous),
    toItem: () => undefined,
    ...particulars,
  };
}
