import { expect, test } from 'vitest';
import { createTestChangeSets, put, TEST_ORIGIN } from '../test-support/fixed-ports.ts';
import { createTestDatabase } from '../test-support/test-database.ts';
import type { ChangeOrigin } from './change-request.ts';

const ada: ChangeOrigin = { ...TEST_ORIGIN, actor: 'ada', source: 'cli' };
const models = (...names: string[]) => ({ models: names });

async function setUp() {
  const { db } = await createTestDatabase();
  const changeSets = createTestChangeSets(db);
  await changeSets.commit({ changes: [put('team', 't', models('a')), put('team', 'other', {})] }, TEST_ORIGIN);
  return changeSets;
}

test('a change that expects the version that is there is committed', async () => {
  const changeSets = await setUp();
  const change = { ...put('team', 't', models('b')), expectedVersion: 1 };
  expect(await changeSets.commit({ changes: [change] }, TEST_ORIGIN)).toMatchObject({ committed: true, revision: 3 });
});

test('a change that expects another version says who changed what since, when, field by field', async () => {
  const changeSets = await setUp();
  await changeSets.commit({ changes: [put('team', 't', models('b'))] }, TEST_ORIGIN);
  await changeSets.commit({ changes: [put('team', 't', models('c'))] }, ada);
  const change = { ...put('team', 't', models('d')), expectedVersion: 1 };
  const { committed, problems } = await changeSets.commit({ changes: [change] }, TEST_ORIGIN);
  expect(committed).toBe(false);
  expect(problems).toEqual([
    {
      code: 'stale_version',
      message: expect.stringMatching(
        /^team t changed since version 1 and is at version 3, by ada \(cli\) at \S+, in revision 4: models \["a"\] → \["c"\]$/,
      ),
      kind: 'team',
      name: 't',
      since: {
        revision: 4,
        actor: 'ada',
        source: 'cli',
        at: expect.any(Date),
        fields: [{ path: 'models', before: '["a"]', after: '["c"]' }],
      },
    },
  ]);
});

test.each([
  ['was deleted', 'delete', 1, 'was at version 1 but is deleted now, by ada'],
  ['must not exist', 'keep', 0, 'was not there but is now, at version 1, by admin'],
  ['is of the future', 'keep', 7, 'has no version 7 yet; it is at version 1'],
])('an expected version of an entity that %s is refused with what is so', async (_, act, expectedVersion, message) => {
  const changeSets = await setUp();
  if (act === 'delete') await changeSets.commit({ changes: [{ op: 'delete', kind: 'team', name: 't' }] }, ada);
  const change = { ...put('team', 't', {}), expectedVersion };
  const { problems } = await changeSets.plan({ changes: [change] }, TEST_ORIGIN);
  expect(problems).toMatchObject([{ code: 'stale_version', message: expect.stringContaining(message) }]);
});

test('a version is expected of deletions and of acts as well', async () => {
  const changeSets = await setUp();
  await changeSets.commit({ changes: [put('virtual-key', 'k', {})] }, TEST_ORIGIN);
  const changes = [
    { op: 'delete', kind: 'team', name: 't', expectedVersion: 9 },
    { op: 'block', kind: 'virtual-key', name: 'k', expectedVersion: 9 },
  ] as const;
  const { problems } = await changeSets.commit({ changes }, TEST_ORIGIN);
  expect(problems.map(({ code, kind }) => `${code} ${kind}`)).toEqual([
    'stale_version team',
    'stale_version virtual-key',
  ]);
});

test('a stale revision says which is current, who committed it, and which touched entities changed since', async () => {
  const changeSets = await setUp();
  await changeSets.commit({ changes: [put('team', 't', models('b'))] }, ada);
  const changes = [put('team', 't', models('c')), put('team', 'other', models('c'))];
  const { problems } = await changeSets.commit({ changes, expectedRevision: 2 }, TEST_ORIGIN);
  expect(problems.map(({ code, name }) => [code, name])).toEqual([
    ['stale_revision', undefined],
    ['stale_version', 't'],
  ]);
  expect(problems[0]?.message).toMatch(
    /^revision 2 was expected, but the current one is 3; the last change set was committed by ada \(cli\) at \S+; plan again$/,
  );
});

test('what changed elsewhere since is no obstacle to a change set that only asks that its own is unchanged', async () => {
  const changeSets = await setUp();
  await changeSets.commit({ changes: [put('team', 'other', models('b'))] }, ada);
  const change = (name: string) => ({ changes: [put('team', name, models('c'))], unchangedSince: 2 });
  expect(await changeSets.plan(change('other'), TEST_ORIGIN)).toMatchObject({ problems: [{ code: 'stale_version' }] });
  expect(await changeSets.plan(change('new'), TEST_ORIGIN)).toMatchObject({ problems: [] });
  expect(await changeSets.commit(change('t'), TEST_ORIGIN)).toMatchObject({ committed: true });
  const ahead = { changes: [put('team', 't', {})], unchangedSince: 99 };
  expect((await changeSets.plan(ahead, TEST_ORIGIN)).problems).toMatchObject([{ code: 'stale_revision' }]);
});

test('no secret is in what changed since', async () => {
  const changeSets = await setUp();
  const declare = (value: string) => put('provider', 'p', { type: 'openai', apiKey: { value } });
  await changeSets.commit({ changes: [declare('sk-SECRET-1')] }, TEST_ORIGIN);
  await changeSets.commit({ changes: [declare('sk-SECRET-2')] }, TEST_ORIGIN);
  const stale = { ...declare('sk-SECRET-3'), expectedVersion: 1 };
  const { problems } = await changeSets.commit({ changes: [stale] }, TEST_ORIGIN);
  expect(problems[0]?.since?.fields).toEqual([
    { path: 'apiKey.value', before: '"(secret)"', after: '"(secret changed)"' },
  ]);
  expect(JSON.stringify(problems)).not.toMatch(/SECRET|sealed|fingerprint/);
});
