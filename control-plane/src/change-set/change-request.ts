import type { BlockChange, Change, ChangeProblem, DeleteChange, EntityKind } from '@tollgate/schema';

/** A change as it comes from outside: nothing about its declaration is known yet. */
export type RequestedChange =
  | {
      readonly op: 'put';
      readonly kind: EntityKind;
      readonly name: string;
      readonly declaration: unknown;
      /** Refuses the put if the name is taken. */
      readonly onlyCreate?: boolean;
    }
  | DeleteChange
  | BlockChange;

/** A change whose shape is known to be right. */
export type ValidChange = Change & { readonly onlyCreate?: boolean };

export type ChangeSetRequest = {
  readonly changes: readonly RequestedChange[];
  readonly expectedRevision?: number;
  readonly reason?: string;
};

/** Who asks, and through what. */
export type ChangeOrigin = { readonly actor: string; readonly source: 'api' | 'cli' | 'console' };

export type Problems = readonly ChangeProblem[];
