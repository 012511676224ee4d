import { readFileSync } from 'node:fs';
import { entityKinds, isBlockable } from '@tollgate/schema';
import {
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  printType,
} from 'graphql';
import { expect, test } from 'vitest';
import { namesOf } from './entity/entity-names.ts';
import { createGraphQLSchema, printGraphQLSchema } from './schema.ts';

const schema = createGraphQLSchema();

test('the checked-in schema is that of the code; if not, run: pnpm --filter @tollgate/control-plane emit-schema', () => {
  const file = new URL('../../../schema/graphql/schema.graphql', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(printGraphQLSchema(schema));
});

test('every type and every field has a description', () => {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  const bare = types.flatMap((type) => {
    const fields = isObjectType(type) || isInputObjectType(type) ? Object.values(type.getFields()) : [];
    const named = [{ name: type.name, description: type.description }, ...fields];
    const isRoot = roots.some((root) => root === type);
    return named
      .filter(({ name, description }) => !description && !(isRoot && name === type.name))
      .map(({ name }) => `${type.name}.${name}`);
  });
  expect(bare).toEqual([]);
  expect(types.some(isEnumType)).toBe(true);
});

/** A type as clients read it, without its descriptions. */
const sdlOf = (name: string): string => {
  const type = schema.getType(name);
  const text = type ? printType(type) : '';
  return text.replaceAll(/\s*"""[\s\S]*?"""/g, '').trimStart();
};

test('what follows from the registry of kinds reads as if it were written by hand', () => {
  expect(sdlOf('Member').replaceAll(/\s*budgets.*\n\s*rateLimits.*/g, '')).toBe(`type Member {
  id: ID!
  name: String!
  version: Int!
  revision: Revision!
  createdAt: DateTime!
  updatedAt: DateTime!
  owner: String!
  ownedSince: OwnedSince!
  changedBy: String!
  changeSource: ChangeSource!
  user: String!
  organization: String
  team: String
  project: String
  role: Role!
  description: String
  metadata: JSON
  quotas: [Quota!]!
}`);
  expect(sdlOf('BudgetInput')).toBe(`input BudgetInput {
  scope: QuotaScopeInput!
  limit: String!
  window: String!
  increase: BudgetIncreaseInput
  softLimit: String
  hardStop: Boolean
  model: String
  timezone: String
  mode: QuotaMode
  onOutage: QuotaOutage
  description: String
  metadata: JSON
}`);
  expect(sdlOf('Role')).toBe(`enum Role {
  PLATFORM_ADMIN
  PLATFORM_VIEWER
  ORGANIZATION_ADMIN
  TEAM_ADMIN
  MEMBER
  BILLING_VIEWER
}`);
  expect(sdlOf('VirtualKeyConnection')).toBe(`type VirtualKeyConnection {
  edges: [VirtualKeyEdge!]!
  pageInfo: PageInfo!
  totalCount: Int!
}`);
});

test('every kind has the same root fields under regular names', () => {
  const [queries, mutations] = [schema.getQueryType(), schema.getMutationType()].map((type) => type?.getFields() ?? {});
  for (const kind of entityKinds) {
    const { type, one, many } = namesOf(kind);
    const block = isBlockable(kind) ? [`block${type}`, `unblock${type}`] : [];
    expect([one, many].filter((name) => !queries?.[name])).toEqual([]);
    expect([`put${type}`, `delete${type}`, ...block].filter((name) => !mutations?.[name])).toEqual([]);
    expect(queries?.[many]?.args.map(({ name }) => name).sort()).toEqual(['after', 'asOf', 'first']);
  }
});
