import type {
  BlockChange,
  Change,
  ChangeProblem,
  ChangeSet,
  DeleteChange,
  EntityKind,
  EraseChange,
  RotateChange,
} from '@tollgate/schema';
import type { Transaction } from 'kysely';
import type { EntityId } from '../aggregate/entity.ts';
import type { Tables } from '../database/tables.ts';
import type { Touch } from './entity-effect.ts';

/** A change as it comes from outside: nothing about its declaration is known yet. */
export type RequestedChange =
  | {
      readonly op: 'put';
      readonly kind: EntityKind;
      readonly name: string;
      readonly declaration: unknown;
      readonly expectedVersion?: number;
    }
  | (Omit<RotateChange, 'rotation'> & { readonly rotation: unknown })
  | DeleteChange
  | BlockChange
  | EraseChange;

/** A change whose shape is known to be right. */
export type ValidChange = Change;

/** What is asked of a change set as a whole. */
export type ChangeSetOptions = Omit<ChangeSet, 'changes'>;

export type ChangeSetRequest = ChangeSetOptions & { readonly changes: readonly RequestedChange[] };

/** What a person or a program makes changes through. */
export const changeSources = ['api', 'cli', 'console'] as const;
export type ChangeSource = (typeof changeSources)[number];

/** Who asks, and through what. */
export type ChangeOrigin = {
  readonly actor: string;
  readonly source: ChangeSource;
  /**
   * Says what of a change set may not be done, each with the role that would be needed. It is asked of everything that the
   * change set names, also where it would change nothing or is refused for another reason; if it has a problem, no other is
   * told, for those could say what its reader may not know.
   */
  authorize(touches: readonly Touch[], trx: Transaction<Tables>): Promise<Problems> | Problems;
  /**
   * Which of some entities who asks may see, or made himself in the same change set; the others are not named to him. Left
   * out, all of them.
   */
  canSee?(ids: readonly EntityId[], trx: Transaction<Tables>): Promise<ReadonlySet<EntityId>>;
  /** What of a problem who asks may read; left out, all of it. */
  redact?(problem: ChangeProblem): ChangeProblem;
  /** Whether approval rules may be overridden; left out, they may not. */
  readonly mayOverrideApproval?: boolean;
  /** Whether everything may be read, also what may not be changed; left out, it may not. */
  readonly readsEverything?: boolean;
};

export type Problems = readonly ChangeProblem[];
