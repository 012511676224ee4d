import type { EntityKind, ModelSpec, ProviderSpec, TeamSpec, VirtualKeySpec } from '@tollgate/schema';

/**
 * What a put asks for, with its secrets already sealed or hashed, so that deciders need neither keys nor randomness.
 * A virtual key brings a secret to use if it has none yet; it is in the clear, for it is shown to whoever asked.
 */
export type Intents = {
  readonly provider: ProviderSpec;
  readonly model: ModelSpec;
  readonly team: TeamSpec;
  readonly 'virtual-key': Omit<VirtualKeySpec, 'secret'> & {
    readonly secret?: VirtualKeySpec['secret'];
    readonly spareSecret: string;
  };
};

export type PutCommand<Kind extends EntityKind> = {
  readonly op: 'put';
  readonly kind: Kind;
  readonly name: string;
  readonly intent: Intents[Kind];
  /** Refuses the put if the name is taken. */
  readonly onlyCreate?: boolean;
};

export type DeleteCommand<Kind extends EntityKind> = {
  readonly op: 'delete';
  readonly kind: Kind;
  readonly name: string;
};

export type BlockCommand = {
  readonly op: 'block' | 'unblock';
  readonly kind: 'virtual-key';
  readonly name: string;
};

/** What may be asked of an entity of a kind. */
export type Command<Kind extends EntityKind> =
  | PutCommand<Kind>
  | DeleteCommand<Kind>
  | ('virtual-key' extends Kind ? BlockCommand : never);

export type AnyCommand = { [Kind in EntityKind]: Command<Kind> }[EntityKind];
