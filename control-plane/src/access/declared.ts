import type { EntityKind, Specs } from '@tollgate/schema';
import type { Entity, EntityId } from '../aggregate/entity.ts';
import { linksOf as linksOfSpec } from '../projection/entity-links.ts';

/** An entity as it was, is or would be. */
export type Declared<Kind extends EntityKind = EntityKind> = {
  readonly [Each in Kind]: { readonly kind: Each; readonly name: string; readonly spec: Specs[Each] };
}[Kind];

export const linksOf = ({ kind, spec }: Declared) => linksOfSpec(kind, spec);

export const idOf = ({ kind, name }: Declared): EntityId => `${kind}:${name}`;

export const toDeclared = ({ kind, name, state }: Pick<Entity, 'kind' | 'name' | 'state'>): Declared =>
  ({ kind, name, spec: state.spec }) as Declared;
