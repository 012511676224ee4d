import type { BlockableKind, EntityKind, PersonalKind, Specs, VirtualKeySpec } from '@tollgate/schema';

/** What is stored of a key's secret. */
export type KeySecret = VirtualKeySpec['secret'];

/**
 * What a put asks for, with its secrets already sealed or hashed, so that deciders need neither keys nor randomness.
 * A virtual key brings a secret to use if it has none yet; it is in the clear, for it is shown to whoever asked.
 */
export type Intents = {
  readonly [Kind in EntityKind]: Kind extends 'virtual-key'
    ? Omit<VirtualKeySpec, 'secret'> & { readonly secret?: KeySecret | undefined; readonly spareSecret: string }
    : Specs[Kind];
};

export type PutCommand<Kind extends EntityKind> = {
  readonly op: 'put';
  readonly kind: Kind;
  readonly name: string;
  readonly intent: Intents[Kind];
};

export type DeleteCommand<Kind extends EntityKind> = {
  readonly op: 'delete';
  readonly kind: Kind;
  readonly name: string;
};

export type BlockCommand<Kind extends EntityKind> = {
  readonly op: 'block' | 'unblock';
  readonly kind: Kind;
  readonly name: string;
};

export type EraseCommand<Kind extends EntityKind> = {
  readonly op: 'erase';
  readonly kind: Kind;
  readonly name: string;
};

/** Gives a key the secret, or the spare one if there is none. */
export type RotateCommand = {
  readonly op: 'rotate';
  readonly kind: 'virtual-key';
  readonly name: string;
  readonly secret?: KeySecret | undefined;
  readonly spareSecret: string;
  readonly at: Date;
  /** For how long the secret before is still taken. */
  readonly graceMs: number;
};

/** What may be asked of an entity of a kind. */
export type Command<Kind extends EntityKind> =
  | PutCommand<Kind>
  | DeleteCommand<Kind>
  | (Kind extends BlockableKind ? BlockCommand<Kind> : never)
  | (Kind extends PersonalKind ? EraseCommand<Kind> : never)
  | (Kind extends 'virtual-key' ? RotateCommand : never);

export type AnyCommand = { [Kind in EntityKind]: Command<Kind> }[EntityKind];
