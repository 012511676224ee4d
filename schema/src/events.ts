import type { EntityKind, PascalCase } from './config/entity-kind.ts';
import { toPascalCase } from './config/entity-kind.ts';
import type { BlockableKind, PersonalKind, Specs } from './config/kinds.ts';
import type { SecretRef } from './config/secret-ref.ts';

type Event<Type extends string, Data> = { readonly type: Type; readonly data: Data };
type NoData = Record<string, never>;

/** What happens to every kind of entity. */
type DeclaredEvent<Kind extends EntityKind> =
  | Event<`${PascalCase<Kind>}${'Created' | 'Updated'}`, Specs[Kind]>
  | Event<`${PascalCase<Kind>}Deleted`, NoData>;

/** A rollback made it what it was: all that the log says of it, what operators did included. */
type RestoreEvent<Kind extends EntityKind> = Event<
  `${PascalCase<Kind>}Restored`,
  { readonly spec: Specs[Kind]; readonly [act: string]: unknown }
>;

/** What operators do to kinds that can be blocked. */
type BlockEvent<Kind extends EntityKind> = Event<`${PascalCase<Kind>}${'Blocked' | 'Unblocked'}`, NoData>;

/** What the entity's personal fields said, and ever had said, was made unreadable for good. */
type EraseEvent<Kind extends EntityKind> = Event<`${PascalCase<Kind>}Erased`, NoData>;

/** A key got another secret. The one before is taken until `graceUntil`, an instant; without it, it is refused at once. */
export type VirtualKeyRotated = Event<
  'VirtualKeyRotated',
  {
    readonly sha256: string;
    readonly ref?: SecretRef | undefined;
    readonly rotatedAt: string;
    readonly graceUntil?: string | undefined;
  }
>;

/** Everything that can happen to an entity of a kind. */
export type Events = {
  readonly [Kind in EntityKind]:
    | DeclaredEvent<Kind>
    | RestoreEvent<Kind>
    | (Kind extends BlockableKind ? BlockEvent<Kind> : never)
    | (Kind extends PersonalKind ? EraseEvent<Kind> : never)
    | (Kind extends 'virtual-key' ? VirtualKeyRotated : never);
};

/** Everything that can happen to the configuration; nothing else changes it. */
export type ConfigEvent = Events[EntityKind];

export type EventVerb = 'Created' | 'Updated' | 'Deleted' | 'Blocked' | 'Unblocked' | 'Erased' | 'Rotated' | 'Restored';

/** `eventType('virtual-key', 'Blocked')` is `VirtualKeyBlocked`. */
export const eventType = <Kind extends EntityKind, Verb extends EventVerb>(kind: Kind, verb: Verb) =>
  `${toPascalCase(kind)}${verb}` as `${PascalCase<Kind>}${Verb}`;
