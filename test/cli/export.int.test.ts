import { readFile } from 'node:fs/promises';
import { anyPutOf, type Declared, everyDeclaration, OVERRIDING } from '@tollgate/control-plane/any-changes';
import { type EntityKind, entityKinds } from '@tollgate/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CliPlane, startCliPlane } from './cli-plane.ts';

const COMMIT = `mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) {
  committed problems { code kind name path message } } }`;
type Commit = { readonly commitChangeSet: { readonly committed: boolean; readonly problems: readonly object[] } };

const commit = async ({ graphql }: CliPlane, changes: readonly object[], rest: object = {}) =>
  (await graphql<Commit>(COMMIT, { input: { changes, ...rest } })).commitChangeSet;

/** What a secret of a name is; the environment of the command has it too. */
const secretOf = (name: string) => `secret-value-of-${name}`;
const NAMES = ['a', 'b', 'c'] as const;

const name = fc.constantFrom(...NAMES);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const models = maybe(fc.uniqueArray(fc.constantFrom('a', 'b', 'x/*', '*'), { maxLength: 3 }));
const notes = maybe(
  fc.dictionary(fc.constantFrom('k', 'yes', '1.0', '#x'), fc.constantFrom('no', '', ' a', '0x1', 'a: b', 'ß\n')),
);
const money = fc.constantFrom('25 USD', '0.05 USD', '1000 USD');
const budgets = maybe(
  fc.record({ limit: money, window: fc.constantFrom('day', '30d', 'lifetime') }).map((one) => [one]),
);
const secret = (owner: string) =>
  fc.constantFrom(undefined, { value: secretOf(owner) }, { value: secretOf(owner), ref: { env: `SECRET_${owner}` } });

const put = (kind: string, entity: string, spec: object) => ({ put: { kind, name: entity, spec } });
/** Puts of kinds with secrets, which have a place of their own or none, and of some that need care when they are written. */
const anyCarefulPut = name.chain((one) =>
  fc.oneof(
    fc.record({ models, budgets, metadata: notes }).map((spec) => put('ORGANIZATION', one, spec)),
    fc.record({ organization: maybe(name), models, budgets }).map((spec) => put('TEAM', one, spec)),
    fc
      .record({
        email: fc.constantFrom('ada@example.com', 'o’k@example.com'),
        displayName: maybe(fc.constantFrom('Ada', 'ß: "x"')),
      })
      .map((spec) => put('USER', one, spec)),
    fc
      .record({ apiKey: secret(one), budgets })
      .map((spec) => put('PROVIDER', one, { type: 'openai-compatible', baseUrl: 'http://127.0.0.1:9', ...spec })),
    name.map((provider) => put('MODEL', one, { deployments: [{ provider, model: 'm', weight: 2 }] })),
    fc.record({ models: fc.constant(['a', 'x/*']) }).map((spec) => put('ACCESS_GROUP', one, spec)),
    fc
      .record({
        team: maybe(name),
        user: maybe(name),
        models,
        secret: secret(`key-${one}`),
        tags: maybe(fc.constant(['1', 'true'])),
      })
      .map((spec) => put('VIRTUAL_KEY', one, spec)),
    fc
      .record({ scope: name.map((team) => ({ team })), limit: money, window: fc.constant('month') })
      .map((spec) => put('BUDGET', one, spec)),
    fc
      .record({ url: fc.constant('http://127.0.0.1:9/hook'), secret: secret(one) })
      .map((spec) => put('WEBHOOK', one, spec)),
  ),
);
const CAREFUL: readonly EntityKind[] = ['organization', 'team', 'user', 'provider', 'virtual-key', 'webhook'];
const toPut = ({ kind, name, declaration }: Declared) =>
  put(kind.toUpperCase().replaceAll('-', '_'), name, declaration);
const anyOtherPut = anyPutOf(entityKinds.filter((kind) => !CAREFUL.includes(kind))).map(toPut);
const anyPut = fc.oneof(anyCarefulPut, anyOtherPut);
const anyAct = name.chain((one) =>
  fc.constantFrom(
    { blockUser: { name: one } },
    { eraseUser: { name: one } },
    { blockVirtualKey: { name: one } },
    { rotateVirtualKey: { name: one, grace: '24h' } },
    { delete: { kind: 'VIRTUAL_KEY', name: one } },
    { delete: { kind: 'PROVIDER', name: one, cascade: true } },
  ),
);
const changeSets = fc.array(
  fc.record({
    changes: fc.array(fc.oneof({ weight: 4, arbitrary: anyPut }, { weight: 1, arbitrary: anyAct }), {
      minLength: 1,
      maxLength: 5,
    }),
    owner: fc.constantFrom(undefined, 'gateway', 'platform'),
    source: fc.constantFrom('API', 'CONSOLE'),
  }),
  { minLength: 1, maxLength: 4 },
);

test('whatever was committed, its export applied again is an empty plan', { timeout: 120_000 }, async () => {
  const plane = await startCliPlane();
  for (const owner of [...NAMES, ...NAMES.map((one) => `key-${one}`)])
    plane.environment[`SECRET_${owner}`] = secretOf(owner);
  const begun = await commit(plane, everyDeclaration.map(toPut), OVERRIDING);
  expect(begun).toEqual({ committed: true, problems: [] });
  let committed = 0;
  await fc.assert(
    fc.asyncProperty(changeSets, async (sets) => {
      for (const { changes, ...rest } of sets)
        if ((await commit(plane, changes, { ...rest, ...OVERRIDING, takeOver: true })).committed) committed += 1;
      const exported = await plane.cli('export', '--out', plane.path('export.yaml'));
      expect(exported.code).toBe(0);
      const planned = await plane.cli('plan', '-f', plane.path('export.yaml'));
      expect(planned).toMatchObject({ code: 0, stderr: '' });
      const text = await readFile(plane.path('export.yaml'), 'utf8');
      expect(text).not.toContain('secret-value-of');
    }),
    { numRuns: 40 },
  );
  expect(committed).toBeGreaterThan(20);
});

test('an export is the same text each time, in the form of `fmt`, and says what to know of its secrets', async () => {
  const plane = await startCliPlane();
  const changes = [
    put('VIRTUAL_KEY', 'k', { team: 't' }),
    put('TEAM', 't', { models: ['m', 'x/*'] }),
    put('PROVIDER', 'stored', { type: 'openai', apiKey: { value: 'sk-0123456789' } }),
    put('PROVIDER', 'read', { type: 'openai', apiKey: { value: 'sk-0123456789', ref: { env: 'KEY' } } }),
  ];
  expect(await commit(plane, changes)).toMatchObject({ committed: true });
  const { code, stdout } = await plane.cli('export');
  expect(code).toBe(0);
  expect(stdout).toBe(`# What is declared at revision 4. Applied there again, it changes nothing.
# \`{ stored: true }\` keeps a secret that is stored and was given without a place to read it from.
# Elsewhere there is none: write \`{ env: NAME }\` or \`{ file: PATH }\` instead.
# A key without \`secret\` keeps the one that it has; elsewhere it gets a new one.

tollgate: 1

providers:
  read: { type: openai, apiKey: { env: KEY } }
  stored: { type: openai, apiKey: { stored: true } }

teams:
  t: { models: [m, x/*] }

keys:
  k: { team: t }
`);
  expect((await plane.cli('export')).stdout).toBe(stdout);
});

test('an export of some kinds, of one owner, or of the past is a document too', async () => {
  const plane = await startCliPlane();
  await commit(plane, [put('TEAM', 't', {}), put('VIRTUAL_KEY', 'k', { team: 't' })], { owner: 'gateway' });
  await commit(plane, [put('TEAM', 'later', {})]);
  expect(JSON.parse((await plane.cli('export', '--json', '--kind', 'keys')).stdout)).toEqual({
    tollgate: 1,
    keys: { k: { team: 't' } },
  });
  const owned = await plane.cli('export', '--owner', 'gateway', '--json');
  expect(JSON.parse(owned.stdout)).toEqual({
    tollgate: 1,
    owner: 'gateway',
    teams: { t: {} },
    keys: { k: { team: 't' } },
  });
  expect(await plane.cli('plan', '--prune', '-f', await plane.write('owned.json', owned.stdout))).toMatchObject({
    code: 0,
  });
  expect((await plane.cli('export', '--as-of', '2', '--json')).stdout).not.toContain('later');
  expect((await plane.cli('export', '--kind', 'nonsense')).stderr).toContain('there is no kind nonsense');
});

test('an export elsewhere says which secrets are missing there', async () => {
  const [here, there] = [await startCliPlane(), await startCliPlane()];
  await commit(here, [put('PROVIDER', 'p', { type: 'openai', apiKey: { value: 'sk-0123456789' } })]);
  await here.cli('export', '--out', there.path('export.yaml'));
  const refused = await there.cli('plan', '-f', there.path('export.yaml'));
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(
    /export\.yaml:\d+:\d+: providers\.p.*there is no stored secret to keep; say where it is read from/,
  );
});
