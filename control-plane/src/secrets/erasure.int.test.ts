import { dataKeyIdOf, openValue, unwrapDataKey, type WrappedDataKey } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../database/database.ts';
import { readAll } from '../event-store/read-events.ts';
import { collect } from '../test-support/collect.ts';
import { testKeyring } from '../test-support/fixed-ports.ts';
import { startTestNode } from '../test-support/test-node.ts';
import { startTestPlane, type TestPlane } from '../test-support/test-plane.ts';
import { readDataKeys } from './data-key-table.ts';

const PROVIDER = { type: 'openai', apiKey: { value: 'sk-planted-credential' } };
const ADA = { email: 'Ada@Example.test', displayName: 'Ada Lovelace' };

type Commit = { readonly revision: number; readonly committed: boolean; readonly problems: readonly object[] };

async function commit(plane: TestPlane, ...changes: readonly object[]): Promise<Commit> {
  const query = `mutation ($input: ChangeSetInput!) {
    commitChangeSet(input: $input) { committed revision problems { code message } } }`;
  const { data, errors } = await plane.ask(query, { input: { changes } });
  expect(errors).toEqual([]);
  return data['commitChangeSet'] as unknown as Commit;
}

const put = (name: string, spec: object = PROVIDER) => ({ putProvider: { name, spec } });
const putUser = (name: string, spec: object = ADA) => ({ putUser: { name, spec } });

async function withDatabase<T>({ databaseUrl }: TestPlane, use: (db: Database) => Promise<T>): Promise<T> {
  const db = createDatabase(databaseUrl);
  try {
    return await use(db);
  } finally {
    await db.destroy();
  }
}

/** What a thief has who copied the log: every sealed value in it, with the entity and field that it is of. */
const stolenLog = (plane: TestPlane) =>
  withDatabase(plane, async (db) =>
    (await collect(readAll(db))).flatMap(({ streamId, data }) =>
      Object.entries(data as Record<string, { sealed?: string } | undefined>).flatMap(([field, member]) =>
        member?.sealed === undefined ? [] : [{ owner: streamId, field, sealed: member.sealed }],
      ),
    ),
  );

const storedKey = (plane: TestPlane, owner: string): Promise<WrappedDataKey | undefined> =>
  withDatabase(plane, async (db) => (await readDataKeys(db, [owner])).get(owner));

/** Tries the sealing key and all data keys of the database on what was stolen. */
async function openAll(plane: TestPlane): Promise<readonly (string | undefined)[]> {
  const stolen = await stolenLog(plane);
  return Promise.all(
    stolen.map(async ({ owner, field, sealed }) => {
      const wrapped = await storedKey(plane, owner);
      const dataKey = wrapped && unwrapDataKey(testKeyring, wrapped);
      return dataKey && openValue(dataKey, field, sealed);
    }),
  );
}

describe('a provider’s credential', () => {
  test('in a copy of the log can be opened while the provider is there, and by nobody once it is deleted', async () => {
    const plane = await startTestPlane();
    await commit(plane, put('p'), put('other'));
    await commit(plane, put('p', { ...PROVIDER, apiKey: { value: 'sk-the-next' } }));
    expect(await openAll(plane)).toEqual(['sk-planted-credential', 'sk-planted-credential', 'sk-the-next']);
    await commit(plane, { delete: { kind: 'PROVIDER', name: 'p' } });
    expect(await openAll(plane)).toEqual([undefined, 'sk-planted-credential', undefined]);
  });

  test('of a provider that is made again has another data key, which opens nothing of before', async () => {
    const plane = await startTestPlane();
    await commit(plane, put('p'));
    const before = await storedKey(plane, 'provider:p');
    await commit(plane, { delete: { kind: 'PROVIDER', name: 'p' } });
    await commit(plane, put('p'));
    const [first, second] = await stolenLog(plane);
    expect(dataKeyIdOf(first?.sealed ?? '')).toBe(before?.id);
    expect(dataKeyIdOf(second?.sealed ?? '')).not.toBe(before?.id);
    expect(await openAll(plane)).toEqual([undefined, 'sk-planted-credential']);
  });

  test('that is put again is no change; a change set that is refused or only planned makes no data key', async () => {
    const plane = await startTestPlane();
    await commit(plane, put('p'));
    expect(await commit(plane, put('p'))).toMatchObject({ committed: false, problems: [] });
    const refused = await commit(plane, put('q'), { delete: { kind: 'TEAM', name: 'nowhere' } });
    expect(refused.problems).toHaveLength(1);
    await plane.ask('query ($input: ChangeSetInput!) { planChangeSet(input: $input) { revision } }', {
      input: { changes: [put('q')] },
    });
    expect(await storedKey(plane, 'provider:q')).toBeUndefined();
  });

  test('reaches nodes with its data key in snapshots and deltas, and the data key leaves them with the deletion', async () => {
    const plane = await startTestPlane();
    const node = startTestNode(plane.url, 'n');
    const { revision } = await commit(plane, put('p'), put('q'));
    await node.reaches(revision);
    const late = startTestNode(plane.url, 'late');
    await late.reaches(revision);
    for (const { replica } of [node, late]) {
      expect([...replica.dataKeys().keys()].sort()).toEqual(['provider:p', 'provider:q']);
      for (const wrapped of replica.dataKeys().values()) expect(unwrapDataKey(testKeyring, wrapped)).toBeDefined();
    }
    const deleted = await commit(plane, { delete: { kind: 'PROVIDER', name: 'p' } });
    await node.reaches(deleted.revision);
    expect([...node.replica.dataKeys().keys()]).toEqual(['provider:q']);
  });
});

describe('personal data', () => {
  const read = async (plane: TestPlane, asOf?: number) => {
    const query = 'query ($asOf: AsOf) { user(name: "ada", asOf: $asOf) { name email displayName } }';
    const { data } = await plane.ask(query, asOf === undefined ? {} : { asOf: { revision: asOf } });
    return data['user'] as unknown as object;
  };

  test('is read through the API and lies nowhere in the clear', async () => {
    const plane = await startTestPlane();
    await commit(plane, putUser('ada'));
    expect(await read(plane)).toEqual({ name: 'ada', ...ADA });
    expect(JSON.stringify(await stolenLog(plane))).not.toMatch(/ada@|lovelace|example/i);
  });

  test.each([
    ['erased', { eraseUser: { name: 'ada' } }],
    ['deleted', { delete: { kind: 'USER', name: 'ada' } }],
  ])('that is %s is unreadable everywhere for good, while the history stays and says so', async (_, change) => {
    const plane = await startTestPlane();
    const { revision } = await commit(plane, putUser('ada'), putUser('bob', { email: 'bob@example.test' }));
    await commit(plane, putUser('ada', { ...ADA, displayName: 'Countess' }));
    expect(await read(plane, revision)).toEqual({ name: 'ada', ...ADA });
    expect(await commit(plane, change)).toMatchObject({ committed: true });
    expect(await read(plane, revision)).toEqual({ name: 'ada', email: null, displayName: null });
    const history = `{ entityHistory(kind: USER, name: "ada", first: 9) { edges { node { action fields { path after } } } }
      events(first: 9) { edges { node { stream data } } } }`;
    const { data } = await plane.ask(history);
    const [shown, events] = [JSON.stringify(data['entityHistory']), JSON.stringify(data['events'])];
    expect(shown).toContain('(erased, changed)');
    expect(events).toContain('"stream":"user:ada","data":{"email":"(erased)","displayName":"(erased)"}');
    expect(events).toContain('"stream":"user:bob","data":{"email":"(personal)"}');
    expect(shown + events).not.toMatch(/Ada@|Lovelace|Countess|sealed/);
    expect((await openAll(plane)).filter((text) => text !== undefined)).toEqual(['bob@example.test']);
  });

  test('of a user who is erased goes and the user stays; erased twice is no change, and it may be declared anew', async () => {
    const plane = await startTestPlane();
    await commit(plane, putUser('ada'), { putVirtualKey: { name: 'k', spec: { user: 'ada' } } });
    await commit(plane, { eraseUser: { name: 'ada' } });
    expect(await read(plane)).toEqual({ name: 'ada', email: null, displayName: null });
    expect(await commit(plane, { eraseUser: { name: 'ada' } })).toMatchObject({ committed: false, problems: [] });
    expect(await commit(plane, { eraseUser: { name: 'nobody' } })).toMatchObject({ problems: [{ code: 'not_found' }] });
    await commit(plane, putUser('ada', { email: 'new@example.test' }));
    expect(await read(plane)).toEqual({ name: 'ada', email: 'new@example.test', displayName: null });
  });

  test('that an open draft proposes goes with the erasure, and other drafts stay', async () => {
    const plane = await startTestPlane();
    await commit(plane, putUser('ada'), putUser('bob'));
    const propose = async (change: object) => {
      const query = 'mutation ($input: ProposeDraftInput!) { proposeDraft(input: $input) { draft { id } } }';
      const { errors } = await plane.ask(query, { input: { title: 't', changeSet: { changes: [change] } } });
      expect(errors).toEqual([]);
    };
    await propose(putUser('ada', { email: 'next@example.test' }));
    await propose(putUser('bob', { email: 'next@example.test' }));
    await commit(plane, { eraseUser: { name: 'ada' } });
    const { data } = await plane.ask('{ drafts(first: 9) { edges { node { status closedBy } } } }');
    expect(data['drafts']).toEqual({
      edges: [
        { node: { status: 'OPEN', closedBy: null } },
        { node: { status: 'DISCARDED', closedBy: 'the erasure of user:ada' } },
      ],
    });
    const left = await withDatabase(plane, (db) => db.selectFrom('data_key').select('owner').execute());
    expect(left.filter(({ owner }) => owner.startsWith('draft:'))).toHaveLength(1);
  });

  test('of a customer is erased by a mutation of its own', async () => {
    const plane = await startTestPlane();
    await commit(plane, { putCustomer: { name: 'c', spec: { displayName: 'Planted & Co' } } });
    const { data } = await plane.ask(
      'mutation { eraseCustomer(name: "c", options: {reason: "asked to"}) { committed } }',
    );
    expect(data).toEqual({ eraseCustomer: { committed: true } });
    expect((await plane.ask('{ customer(name: "c") { displayName } }')).data).toEqual({
      customer: { displayName: null },
    });
  });
});
