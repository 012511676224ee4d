import type { z } from 'zod';
import { accessGroup } from './access-group.ts';
import { alertRule } from './alert-rule.ts';
import { alias } from './alias.ts';
import { approvalRule } from './approval-rule.ts';
import { budget } from './budget.ts';
import { customer } from './customer.ts';
import { type EntityKind, entityKinds } from './entity-kind.ts';
import type { PersonalText, Stored } from './marks.ts';
import { member } from './member.ts';
import { model } from './model.ts';
import { nameSchemaOf } from './name.ts';
import { nodeGroup } from './node-group.ts';
import { organization } from './organization.ts';
import { passThroughEndpoint } from './pass-through-endpoint.ts';
import { priceOverride } from './price-override.ts';
import { project } from './project.ts';
import { provider } from './provider.ts';
import { rateLimit } from './rate-limit.ts';
import { roleBinding } from './role-binding.ts';
import { serviceAccount } from './service-account.ts';
import { tag } from './tag.ts';
import { team } from './team.ts';
import { user } from './user.ts';
import { type VirtualKeySpec, virtualKey } from './virtual-key.ts';
import { webhook } from './webhook.ts';

/**
 * Each kind of entity: the section of the document that declares it, and the schema of what is declared. Events, sections,
 * GraphQL types, queries and mutations follow from it. `isBlockable` kinds can be refused for a while, which is an act of
 * operation and no part of what is declared.
 */
export const kinds = Object.freeze({
  provider: { section: 'providers', declaration: provider },
  model: { section: 'models', declaration: model },
  alias: { section: 'aliases', declaration: alias },
  'access-group': { section: 'accessGroups', declaration: accessGroup },
  organization: { section: 'organizations', declaration: organization, isBlockable: true },
  team: { section: 'teams', declaration: team, isBlockable: true },
  project: { section: 'projects', declaration: project, isBlockable: true },
  user: { section: 'users', declaration: user, isBlockable: true },
  member: { section: 'members', declaration: member },
  'service-account': { section: 'serviceAccounts', declaration: serviceAccount },
  customer: { section: 'customers', declaration: customer, isBlockable: true },
  tag: { section: 'tags', declaration: tag },
  'virtual-key': { section: 'keys', declaration: virtualKey, isBlockable: true },
  budget: { section: 'budgets', declaration: budget },
  'rate-limit': { section: 'rateLimits', declaration: rateLimit },
  'price-override': { section: 'priceOverrides', declaration: priceOverride },
  webhook: { section: 'webhooks', declaration: webhook },
  'alert-rule': { section: 'alertRules', declaration: alertRule },
  'pass-through-endpoint': { section: 'passThroughEndpoints', declaration: passThroughEndpoint },
  'role-binding': { section: 'roleBindings', declaration: roleBinding },
  'node-group': { section: 'nodeGroups', declaration: nodeGroup },
  'approval-rule': { section: 'approvalRules', declaration: approvalRule },
} as const satisfies Readonly<Record<EntityKind, KindRow>>);

type KindRow = { readonly section: string; readonly declaration: z.ZodObject; readonly isBlockable?: true };
type Kinds = typeof kinds;

/** What a client declares of an entity: secrets in the clear. */
export type Declarations = { readonly [Kind in EntityKind]: z.input<Kinds[Kind]['declaration']> };

/** What is stored of an entity: exactly what was declared, with secrets sealed or hashed and personal data sealed. */
export type Specs = {
  readonly [Kind in EntityKind]: Kind extends 'virtual-key'
    ? VirtualKeySpec
    : Stored<z.output<Kinds[Kind]['declaration']>>;
};

/** Kinds that can be refused for a while. */
export type BlockableKind = {
  [Kind in EntityKind]: Kinds[Kind] extends { readonly isBlockable: true } ? Kind : never;
}[EntityKind];

export const blockableKinds = entityKinds.filter((kind): kind is BlockableKind => 'isBlockable' in kinds[kind]);

/** Kinds with personal data, which can be erased. */
export type PersonalKind = {
  [Kind in EntityKind]: true extends HasPersonal<z.output<Kinds[Kind]['declaration']>> ? Kind : never;
}[EntityKind];
type HasPersonal<Declaration> = {
  [Field in keyof Declaration]-?: NonNullable<Declaration[Field]> extends PersonalText ? true : never;
}[keyof Declaration];

export const isBlockable = (kind: EntityKind): kind is BlockableKind => 'isBlockable' in kinds[kind];

type DeclarationSchemas = { readonly [Kind in EntityKind]: Kinds[Kind]['declaration'] };
export const declarationSchemas = byKind((kind) => kinds[kind].declaration) as unknown as DeclarationSchemas;
export const nameSchemas = byKind(nameSchemaOf);

/** A frozen table with a row for each kind. */
export function byKind<Row>(toRow: (kind: EntityKind) => Row): Readonly<Record<EntityKind, Row>> {
  return Object.freeze(Object.fromEntries(entityKinds.map((kind) => [kind, toRow(kind)]))) as Record<EntityKind, Row>;
}
