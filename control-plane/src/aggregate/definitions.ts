import type { EntityKind, SnapshotItem } from '@tollgate/schema';
import { accessGroupDefinition } from '../access-group/access-group.definition.ts';
import { aliasDefinition } from '../alias/alias.definition.ts';
import { customerDefinition } from '../customer/customer.definition.ts';
import { memberDefinition } from '../member/member.definition.ts';
import { modelDefinition } from '../model/model.definition.ts';
import { nodeGroupDefinition } from '../node-group/node-group.definition.ts';
import { organizationDefinition } from '../organization/organization.definition.ts';
import { passThroughEndpointDefinition } from '../pass-through-endpoint/pass-through-endpoint.definition.ts';
import { priceOverrideDefinition } from '../price-override/price-override.definition.ts';
import { projectDefinition } from '../project/project.definition.ts';
import { providerDefinition } from '../provider/provider.definition.ts';
import { budgetDefinition, rateLimitDefinition } from '../quota/named-quota.definitions.ts';
import { tagDefinition } from '../tag/tag.definition.ts';
import { teamDefinition } from '../team/team.definition.ts';
import { userDefinition } from '../user/user.definition.ts';
import { virtualKeyDefinition } from '../virtual-key/virtual-key.definition.ts';
import type { Entity } from './entity.ts';
import { defineEntity, type EntityDefinition } from './entity-definition.ts';

/** Kinds with nothing particular follow from the registry of kinds alone. */
const definitions: { readonly [Kind in EntityKind]: EntityDefinition<Kind> } = Object.freeze({
  provider: providerDefinition,
  model: modelDefinition,
  alias: aliasDefinition,
  'access-group': accessGroupDefinition,
  organization: organizationDefinition,
  team: teamDefinition,
  project: projectDefinition,
  user: userDefinition,
  member: memberDefinition,
  'service-account': defineEntity('service-account'),
  customer: customerDefinition,
  tag: tagDefinition,
  'virtual-key': virtualKeyDefinition,
  budget: budgetDefinition,
  'rate-limit': rateLimitDefinition,
  'price-override': priceOverrideDefinition,
  webhook: defineEntity('webhook'),
  'alert-rule': defineEntity('alert-rule'),
  'pass-through-endpoint': passThroughEndpointDefinition,
  'role-binding': defineEntity('role-binding'),
  'node-group': nodeGroupDefinition,
  'approval-rule': defineEntity('approval-rule'),
});

export function definitionOf<Kind extends EntityKind>(kind: Kind): EntityDefinition<Kind> {
  return definitions[kind];
}

/** What nodes have of an entity; undefined if they have nothing of its kind. */
export const toSnapshotItem = ({
  kind,
  name,
  state,
}: Pick<Entity, 'kind' | 'name' | 'state'>): SnapshotItem | undefined => definitionOf(kind).toItem(name, state);
