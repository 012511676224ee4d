import type { EntityKind, SnapshotItem } from '@tollgate/schema';
import { modelDefinition } from '../model/model.definition.ts';
import { providerDefinition } from '../provider/provider.definition.ts';
import { teamDefinition } from '../team/team.definition.ts';
import { virtualKeyDefinition } from '../virtual-key/virtual-key.definition.ts';
import type { Entity } from './entity.ts';
import type { EntityDefinition } from './entity-definition.ts';

const definitions: { readonly [Kind in EntityKind]: EntityDefinition<Kind> } = Object.freeze({
  provider: providerDefinition,
  model: modelDefinition,
  team: teamDefinition,
  'virtual-key': virtualKeyDefinition,
});

export function definitionOf<Kind extends EntityKind>(kind: Kind): EntityDefinition<Kind> {
  return definitions[kind];
}

export const toSnapshotItem = ({ kind, name, state }: Pick<Entity, 'kind' | 'name' | 'state'>): SnapshotItem =>
  definitionOf(kind).toItem(name, state);
