import type { Declarations, EntityKind } from './config/kinds.ts';

/** Declares an entity: it is created, or becomes exactly this. */
export type PutChange = {
  [K in EntityKind]: {
    readonly op: 'put';
    readonly kind: K;
    readonly name: string;
    readonly declaration: Declarations[K];
  };
}[EntityKind];

export type DeleteChange = { readonly op: 'delete'; readonly kind: EntityKind; readonly name: string };

/** Blocks or unblocks a key at once. It is an act of operation, not part of what is declared: applying a document leaves it. */
export type BlockChange = { readonly op: 'block' | 'unblock'; readonly kind: 'virtual-key'; readonly name: string };

export type Change = PutChange | DeleteChange | BlockChange;

/** Any number of changes that are validated as a whole, committed together or not at all, and yield one revision. */
export type ChangeSet = {
  readonly changes: readonly Change[];
  /** Refuses the change set if another was committed since this revision. */
  readonly expectedRevision?: number;
  /** Why, for the history. */
  readonly reason?: string;
};

export const CHANGES_MAX = 10_000;

export const changeProblemCodes = [
  'invalid_declaration',
  'unknown_reference',
  'still_referenced',
  'not_found',
  'duplicate_change',
  'name_taken',
  'secret_taken',
  'stale_revision',
  'too_many_changes',
] as const;

/** Why a change set was refused; all problems are given at once. */
export type ChangeProblem = {
  readonly code: (typeof changeProblemCodes)[number];
  readonly message: string;
  /** The entity and the path within its declaration, such as `deployments[0].provider`; absent if the whole set is meant. */
  readonly kind?: EntityKind;
  readonly name?: string;
  readonly path?: string;
};
