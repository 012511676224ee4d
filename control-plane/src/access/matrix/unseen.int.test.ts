import { type EntityKind, entityKinds } from '@tollgate/schema';
import type { GraphQLField } from 'graphql';
import { expect, test } from 'vitest';
import { namesOf } from '../../graphql/entity/entity-names.ts';
import { createGraphQLSchema } from '../../graphql/schema.ts';
import { selectionOf } from '../../test-support/selection.ts';
import { type RoleCase, roleCases } from '../../test-support/tenants.ts';
import { startTenantPlane } from '../../test-support/test-callers.ts';
import { expected, namesOfKind } from './expected.ts';
import { sampleField } from './sample-field.ts';

/** A pass-through endpoint's name is a path, and a model's and everybody else's must not be one. */
const nobodyOf = (kind: EntityKind) => (kind === 'pass-through-endpoint' ? '/never-was' : 'never-was');
const TIMEOUT_MS = 300_000;

const schema = createGraphQLSchema();
const enumOf = (kind: EntityKind) => kind.toUpperCase().replaceAll('-', '_');
const canSee = (role: RoleCase, kind: EntityKind, name: string) => expected(role, 'read', kind, name) === 'allowed';

/** A field of the root that names an entity, as a question about an entity of that name. */
type Question = { readonly kind: EntityKind; ask(name: string): string };

/** The kinds that a field can name, and the arguments that do. */
function waysToName({ name: field, args }: GraphQLField<unknown, unknown>): readonly (readonly [EntityKind, string])[] {
  const has = (arg: string) => args.some(({ name }) => name === arg);
  if (has('user')) return [['user', 'user']];
  if (has('serviceAccount')) return [['service-account', 'serviceAccount']];
  if (!has('name')) return [];
  if (has('kind')) return entityKinds.map((kind) => [kind, 'name']);
  const kind = entityKinds.find((one) => namesOf(one).one === field || field.endsWith(namesOf(one).type));
  return kind ? [[kind, 'name']] : [];
}

/** A put says more than a name: whom the name would belong to. `access-matrix` asks what it may do. */
const questions: readonly Question[] = [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
  Object.values(root?.getFields() ?? {})
    .filter(({ name }) => !name.startsWith('put'))
    .flatMap((field) =>
      waysToName(field).map(([kind, argument]) => ({
        kind,
        ask: (name: string) => {
          const values = { [argument]: JSON.stringify(name), kind: enumOf(kind) };
          return `${root?.name.toLowerCase()} { ${sampleField(field, values, selectionOf(field.type))} }`;
        },
      })),
    ),
);

test('fields of many sorts name entities', () => {
  const asked = questions.map(({ ask }) => ask('x')).join('\n');
  for (const field of ['team(', 'deleteTeam(', 'blockUser(', 'eraseCustomer(', 'rotateVirtualKey(', 'entityHistory('])
    expect(asked).toContain(field);
  for (const field of ['sessions(', 'endSessions(', 'createPasswordSetup(', 'serviceTokens(', 'issueServiceToken('])
    expect(asked).toContain(field);
});

test.each(roleCases)(
  '%s: whatever names something that he may not see is answered as if there were none',
  { timeout: TIMEOUT_MS },
  async (role) => {
    const ask = await (await startTenantPlane()).byRole(role);
    for (const { kind, ask: question } of questions) {
      const unseen = namesOfKind(kind).filter((name) => !canSee(role, kind, name));
      if (unseen.length === 0) continue;
      const nobody = nobodyOf(kind);
      const nothing = await ask(question(nobody));
      const answers = await Promise.all(
        unseen.map(async (name) => JSON.stringify(await ask(question(name))).replaceAll(name, nobody)),
      );
      for (const [index, text] of answers.entries())
        expect([question(unseen[index] ?? ''), JSON.parse(text)]).toEqual([question(unseen[index] ?? ''), nothing]);
    }
  },
);

test.each(roleCases)(
  '%s: what was changed, and how, is told of what he may see and of nothing else',
  { timeout: TIMEOUT_MS },
  async (role) => {
    const ask = await (await startTenantPlane()).byRole(role);
    const { data } = await ask('{ diff(from: { revision: 0 }, first: 500) { edges { node { kind name } } } }');
    type Diff = { readonly edges: readonly { readonly node: { readonly kind: string; readonly name: string } }[] };
    const told = (data['diff'] as unknown as Diff).edges.map(({ node }) => `${node.kind} ${node.name}`);
    const seen = entityKinds.flatMap((kind) =>
      namesOfKind(kind)
        .filter((name) => canSee(role, kind, name))
        .map((name) => `${enumOf(kind)} ${name}`),
    );
    expect(told.toSorted()).toEqual(seen.toSorted());
  },
);
