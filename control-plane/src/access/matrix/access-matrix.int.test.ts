import { blockableKinds, type EntityKind, entityKinds, personalFields } from '@tollgate/schema';
import { type GraphQLField, type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { ruleOf } from '../../graphql/access/enforce-access.ts';
import { namesOf } from '../../graphql/entity/entity-names.ts';
import { createGraphQLSchema } from '../../graphql/schema.ts';
import { declarationOf, type RoleCase, roleCases } from '../../test-support/tenants.ts';
import { startTenantPlane, toPutChange } from '../../test-support/test-callers.ts';
import { askGraphQL } from '../../test-support/test-plane.ts';
import { holdsOne } from '../decide.ts';
import { fieldPolicy } from '../field-policy.ts';
import type { EntityAction } from '../policy.ts';
import { expected, namesOfKind, principalOf } from './expected.ts';
import { sampleField } from './sample-field.ts';

const schema = createGraphQLSchema();
const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(
  (root): root is GraphQLObjectType => Boolean(root),
);
type RootField = { readonly root: string; readonly field: GraphQLField<unknown, unknown> };
const rootFields: readonly RootField[] = roots.flatMap((root) =>
  Object.values(root.getFields()).map((field) => ({ root: root.name, field })),
);
const idOf = ({ root, field }: RootField) => `${root}.${field.name}`;
const asked = rootFields.filter(({ root }) => root !== 'Subscription');
const operationOf = ({ root, field }: RootField) => `${root.toLowerCase()} { ${sampleField(field)} }`;
const enumOf = (kind: EntityKind) => kind.toUpperCase().replaceAll('-', '_');

const PLAN = 'query ($input: ChangeSetInput!) { planChangeSet(input: $input) { problems { code kind name } } }';

/** A control plane, eight users and some thousand questions. */
const TIMEOUT_MS = 300_000;

test('every field of the root has a rule, and every rule a field', () => {
  expect(rootFields.filter(({ root, field }) => !ruleOf(fieldPolicy, root, field)).map(idOf)).toEqual([]);
  const ruled = Object.entries(fieldPolicy).flatMap(([root, rules]) =>
    Object.keys(rules).map((name) => `${root}.${name}`),
  );
  expect(ruled.filter((id) => !rootFields.some((field) => idOf(field) === id))).toEqual([]);
});

test('no entity is reached by a way that no rule stands before: only the root, pages and lists lead to one', () => {
  const entityTypes = new Set(entityKinds.map((kind) => namesOf(kind).type));
  const ways = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !roots.includes(type))
    .flatMap((type) => Object.values((type as GraphQLObjectType).getFields()).map((field) => ({ type, field })))
    .filter(({ field }) => entityTypes.has(getNamedType(field.type).name))
    .map(({ type, field }) => `${type.name}.${field.name}`);
  expect(ways.toSorted()).toEqual([...entityTypes].map((type) => `${type}Edge.node`).toSorted());
});

test('no field is served to whom nobody knows', { timeout: TIMEOUT_MS }, async () => {
  const { plane } = await startTenantPlane();
  const codes = new Map<string, unknown>();
  for (const one of asked) {
    const answer = await askGraphQL(plane.url, JSON.stringify({ query: operationOf(one) }), {});
    codes.set(idOf(one), [answer.status, answer.errors[0]?.extensions.code]);
  }
  for (const [id, found] of codes) expect([id, found]).toEqual([id, [401, 'UNAUTHENTICATED']]);
});

test.each(roleCases)(
  '%s: each field of the root is served just as its rule says',
  { timeout: TIMEOUT_MS },
  async (role) => {
    const ask = await (await startTenantPlane()).byRole(role);
    for (const one of asked) {
      const who = ruleOf(fieldPolicy, one.root, one.field)?.who ?? [];
      const isServed = who === 'everyone' || holdsOne(principalOf(role), who, []);
      const { errors } = await ask(operationOf(one));
      const codes = errors.map(({ extensions }) => extensions.code);
      expect([idOf(one), codes.includes('FORBIDDEN')]).toEqual([idOf(one), !isServed]);
      expect([idOf(one), codes]).not.toEqual([idOf(one), expect.arrayContaining(['GRAPHQL_VALIDATION_FAILED'])]);
    }
  },
);

test.each(roleCases)('%s: no subscription starts that its rule does not allow', (role) => {
  const principal = principalOf(role);
  for (const { root, field } of rootFields.filter((one) => one.root === 'Subscription')) {
    const who = ruleOf(fieldPolicy, root, field)?.who ?? [];
    const isServed = who === 'everyone' || holdsOne(principal, who, []);
    const start = () => field.subscribe?.(undefined, {}, { principal }, {} as never);
    if (isServed) expect(start).not.toThrow(/is needed/);
    else expect(start).toThrow(/the role platform-viewer on the platform is needed/);
  }
});

test.each(roleCases)(
  '%s: sees the entities that the policy says, and no other',
  { timeout: TIMEOUT_MS },
  async (role) => {
    const ask = await (await startTenantPlane()).byRole(role);
    for (const kind of entityKinds) {
      const { one, many } = namesOf(kind);
      const names = namesOfKind(kind);
      expect(names.length, `the tests declare nothing of the kind ${kind}`).toBeGreaterThan(0);
      const visible = names.filter((name) => expected(role, 'read', kind, name) === 'allowed').toSorted();
      const singles = names.map((name, index) => `n${index}: ${one}(name: ${JSON.stringify(name)}) { name }`);
      const { data } = await ask(`{
      ${many}(first: 500) { totalCount edges { node { name } } }
      declarations(first: 500, kinds: [${enumOf(kind)}]) { edges { node { name } } }
      ${singles.join('\n')}
    }`);
      type Page = {
        readonly totalCount: number;
        readonly edges: readonly { readonly node: { readonly name: string } }[];
      };
      const answer = data as unknown as Readonly<Record<string, Page & { readonly name: string }>>;
      const namesIn = (page: Page | undefined) => page?.edges.map(({ node }) => node.name).toSorted();
      expect([kind, namesIn(answer[many])]).toEqual([kind, visible]);
      expect([kind, answer[many]?.totalCount]).toEqual([kind, visible.length]);
      expect([kind, namesIn(answer['declarations'])]).toEqual([kind, visible]);
      expect([kind, names.filter((_, index) => answer[`n${index}`]).toSorted()]).toEqual([kind, visible]);
    }
  },
);

/** The kinds that an action is for; a put and a delete are for all. */
const kindsOf: Readonly<Record<Exclude<EntityAction, 'read'>, readonly EntityKind[]>> = {
  put: entityKinds,
  delete: entityKinds,
  block: blockableKinds,
  unblock: blockableKinds,
  erase: entityKinds.filter((kind) => personalFields(kind).length > 0),
  rotate: ['virtual-key'],
};
const actions = Object.keys(kindsOf) as readonly (keyof typeof kindsOf)[];

/** What the answer to a plan must have, by what the policy says of the change and of seeing its entity. */
function expectedProblem(role: RoleCase, action: EntityAction, kind: EntityKind, name: string): string {
  const isSeen = expected(role, 'read', kind, name) === 'allowed';
  if (!isSeen) return action === 'put' ? 'forbidden' : 'not_found';
  return expected(role, action, kind, name) === 'allowed' ? 'allowed' : 'forbidden';
}

/** A put declares what is declared already, so that it is refused for nothing else. */
function toChange(action: keyof typeof kindsOf, kind: EntityKind, name: string): object {
  switch (action) {
    case 'put':
      return toPutChange({ kind, name, declaration: declarationOf(kind, name) });
    case 'delete':
      return { delete: { kind: enumOf(kind), name } };
    default:
      return { [`${action}${namesOf(kind).type}`]: { name } };
  }
}

type Problem = { readonly code: string; readonly kind: string; readonly name: string };

/** Plans one action on everything at once: where something is refused, the answer has a problem for each that is. */
test.each(roleCases)('%s: may change exactly what the policy says', { timeout: TIMEOUT_MS }, async (role) => {
  const ask = await (await startTenantPlane()).byRole(role);
  for (const action of actions) {
    const targets = kindsOf[action].flatMap((kind) => namesOfKind(kind).map((name) => ({ kind, name })));
    const changes = targets.map(({ kind, name }) => toChange(action, kind, name));
    const { data, errors } = await ask(PLAN, { input: { changes } });
    expect(errors).toEqual([]);
    const { problems } = data['planChangeSet'] as unknown as { readonly problems: readonly Problem[] };
    const denied = problems.filter(({ code }) => code === 'forbidden' || code === 'not_found');
    const found = new Map(denied.map(({ code, kind, name }) => [`${kind} ${name}`, code]));
    for (const { kind, name } of targets) {
      const outcome = found.get(`${enumOf(kind)} ${name}`) ?? 'allowed';
      expect([action, kind, name, outcome]).toEqual([action, kind, name, expectedProblem(role, action, kind, name)]);
    }
  }
});
