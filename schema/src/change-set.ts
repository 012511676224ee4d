import type { EntityKind } from './config/entity-kind.ts';
import type { BlockableKind, Declarations, PersonalKind } from './config/kinds.ts';
import type { Rotation } from './config/virtual-key.ts';

/** What every change may demand of the entity that it changes. */
type Precondition = {
  /** Refuses the change set if the entity is not at this version; 0 means that there must be none of this name. */
  readonly expectedVersion?: number;
};

/** Declares an entity: it is created, or becomes exactly this. */
export type PutChange = {
  [K in EntityKind]: Precondition & {
    readonly op: 'put';
    readonly kind: K;
    readonly name: string;
    readonly declaration: Declarations[K];
  };
}[EntityKind];

export type DeleteChange = Precondition & {
  readonly op: 'delete';
  readonly kind: EntityKind;
  readonly name: string;
  /** Deletes with it what uses it, and what uses that; otherwise an entity that is used is not deleted. */
  readonly cascade?: boolean;
};

/** Blocks or unblocks an entity at once. It is an act of operation, not part of what is declared: applying a document leaves it. */
export type BlockChange = Precondition & {
  readonly op: 'block' | 'unblock';
  readonly kind: BlockableKind;
  readonly name: string;
};

/**
 * Makes what the personal fields of an entity say, and ever said, unreadable for good. The entity stays, by its name.
 */
export type EraseChange = Precondition & { readonly op: 'erase'; readonly kind: PersonalKind; readonly name: string };

/** Gives a key another secret, which is made and shown once if none is given. */
export type RotateChange = Precondition & {
  readonly op: 'rotate';
  readonly kind: 'virtual-key';
  readonly name: string;
  readonly rotation: Rotation;
};

export type Change = PutChange | DeleteChange | BlockChange | EraseChange | RotateChange;

/** Any number of changes that are validated as a whole, committed together or not at all, and yield one revision. */
export type ChangeSet = {
  readonly changes: readonly Change[];
  /** Refuses the change set if another was committed since this revision. */
  readonly expectedRevision?: number;
  /** Refuses the change set if an entity that it changes was changed after this revision. */
  readonly unchangedSince?: number;
  /** The same request with the same key is carried out once; asked again within a day, it is answered as the first time. */
  readonly idempotencyKey?: string;
  /** The name of the document that declares; left out, what is put belongs to the source: `api`, `cli` or `console`. */
  readonly owner?: string;
  /** Lets a document change what another owns; what it puts is its own from then on. */
  readonly takeOver?: boolean;
  /** Deletes what the document owns and does not put. */
  readonly prune?: boolean;
  /** Commits without the approvals that rules ask for; only the admin token may, and says why. */
  readonly overrideApproval?: boolean;
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
  'duplicate_entity',
  'stale_revision',
  'stale_version',
  'owned_by_another',
  'idempotency_conflict',
  'approval_required',
  'draft_closed',
  'secret_erased',
  'forbidden',
  'last_admin',
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
  /** What happened since the version that was expected. */
  readonly since?: ChangeSince;
};

/** `before` and `after` are JSON as text; null stands for 'unset'. */
export type FieldChange = { readonly path: string; readonly before: string | null; readonly after: string | null };

/** The last change of an entity, and how it differs from the version that was expected; secrets are not shown. */
export type ChangeSince = {
  readonly revision: number;
  readonly actor: string;
  readonly source: string;
  readonly at: Date;
  readonly fields: readonly FieldChange[];
};
