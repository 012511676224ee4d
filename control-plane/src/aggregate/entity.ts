import { type EntityKind, isEntityKind, type Specs } from '@tollgate/schema';

/** What the log says of an entity: what was declared, and what was done to it in operation. */
export type EntityState<Kind extends EntityKind = EntityKind> = {
  readonly spec: Specs[Kind];
  /** Only of kinds that can be blocked. */
  readonly blocked?: true;
  /** Personal data was erased, and nothing was declared since. */
  readonly erased?: true;
  /** Only of virtual keys: secrets before the last rotations that may still be taken, the newest first. */
  readonly previousSecrets?: readonly PreviousSecret[];
};

/** `graceUntil` is an instant in ISO 8601. */
export type PreviousSecret = { readonly sha256: string; readonly graceUntil: string };

/** The change set since which an entity belongs to whom it does. */
export type OwnedSince = { readonly revision: number; readonly at: Date };

/** An entity as it stands, with its place in the log. */
export type Entity<Kind extends EntityKind = EntityKind> = {
  readonly kind: Kind;
  readonly name: string;
  /** The version of its stream. */
  readonly version: number;
  /** The revision that changed it last. */
  readonly revision: number;
  readonly state: EntityState<Kind>;
  /** Who declared it last: the name of a document, or `api`, `console` or `cli`. */
  readonly owner: string;
  readonly ownedSince: OwnedSince;
  /** Who changed it last. */
  readonly changedBy: string;
  /** What the last change was made through: `api`, `console` or `cli`. */
  readonly changeSource: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** Names an entity among all kinds, and its stream in the log: `virtual-key:search-prod`. */
export type EntityId = `${EntityKind}:${string}`;

export const toEntityId = (kind: EntityKind, name: string): EntityId => `${kind}:${name}`;

/** The inverse of `toEntityId`. Kinds hold no colon, names may. */
export function parseEntityId(id: string): { readonly kind: EntityKind; readonly name: string } {
  const colon = id.indexOf(':');
  return { kind: id.slice(0, colon) as EntityKind, name: id.slice(colon + 1) };
}

/** Whether a stream of the log is that of an entity; others have acts of operation that declare nothing. */
export const isEntityId = (streamId: string): streamId is EntityId => isEntityKind(parseEntityId(streamId).kind);
