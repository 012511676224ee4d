import { type Client, createClient } from 'graphql-ws';
import { sql } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { REVISION_CHANNEL } from '../../change-set/write-revision.ts';
import { createDatabase } from '../../database/database.ts';
import { QUEUE_MAX } from '../../live/topic.ts';
import { startTestNode } from '../../test-support/test-node.ts';
import { startTestPlane, TEST_ADMIN_TOKEN, type TestPlane } from '../../test-support/test-plane.ts';

const AUTHORIZED = { authorization: `Bearer ${TEST_ADMIN_TOKEN}` };
const PATIENTLY = { timeout: 10_000 };
const graphqlUrl = (plane: TestPlane) => `${plane.url.replace('http', 'ws')}/graphql`;

type Connected = {
  readonly client: Client;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
};

function connect(plane: TestPlane, connectionParams: Record<string, unknown> = AUTHORIZED): Connected {
  const url = graphqlUrl(plane);
  let onClosed: (event: { code: number; reason: string }) => void = () => {};
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    onClosed = ({ code, reason }) => resolve({ code, reason: String(reason) });
  });
  const client = createClient({
    url,
    connectionParams,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    on: { closed: (event) => onClosed(event as { code: number; reason: string }) },
  });
  onTestFinished(() => void client.dispose());
  return { client, closed };
}

/** Gathers what a subscription yields. */
function gather({ client }: Connected, query: string) {
  const items: unknown[] = [];
  const errors: unknown[] = [];
  client.subscribe(
    { query },
    { next: ({ data }) => void items.push(data), error: (error) => void errors.push(error), complete: () => {} },
  );
  return { items, errors };
}

const putTeam = (plane: TestPlane, name: string, reason?: string) =>
  plane.ask('mutation ($input: ChangeSetInput!) { commitChangeSet(input: $input) { revision } }', {
    input: { changes: [{ putTeam: { name, spec: {} } }], reason },
  });

/** Many commits at once, as after Postgres was away for long. */
async function copyLastRevision({ databaseUrl }: TestPlane, count: number): Promise<void> {
  const db = createDatabase(databaseUrl);
  onTestFinished(() => db.destroy());
  await sql`
    insert into revision
    select (jsonb_populate_record(last, jsonb_build_object(
      'revision', last.revision + n, 'change_set_id', n::text, 'reason', repeat('x', 20000)
    ))).*
    from revision as last, generate_series(1, ${count}::int) as n
    where last.revision = (select max(revision) from revision)`.execute(db);
  await sql`select pg_notify(${REVISION_CHANNEL}, max(revision)::text) from revision`.execute(db);
}

test('whoever subscribed hears of each revision once, in order, whichever replica it was committed through', async () => {
  const one = await startTestPlane();
  const other = await startTestPlane({ databaseUrl: one.databaseUrl });
  await putTeam(one, 'before');
  const { items } = gather(connect(other), 'subscription { revisionCommitted { revision actor source reason } }');
  await vi.waitFor(async () => {
    await putTeam(one, `t${crypto.randomUUID()}`);
    expect(items.length).toBeGreaterThan(0);
  }, PATIENTLY);
  const { revision: first } = (items[0] as { revisionCommitted: { revision: number } }).revisionCommitted;
  await putTeam(other, 'a', 'because');
  await vi.waitFor(() => {
    const revisions = items.map((item) => (item as { revisionCommitted: { revision: number } }).revisionCommitted);
    expect(revisions.at(-1)).toEqual({
      revision: expect.any(Number),
      actor: 'admin',
      source: 'API',
      reason: 'because',
    });
    expect(revisions.map(({ revision }) => revision)).toEqual(revisions.map((_, index) => first + index));
  }, PATIENTLY);
});

test('whoever subscribed hears of nodes that link, acknowledge and leave', async () => {
  const plane = await startTestPlane();
  const connected = connect(plane);
  const { items } = gather(connected, 'subscription { nodeChanged { nodeId state revision lastError } }');
  const seen = (node: object) =>
    vi.waitFor(() => expect(items).toContainEqual({ nodeChanged: expect.objectContaining(node) }), PATIENTLY);
  await vi.waitFor(async () => {
    const node = startTestNode(plane.url, 'first');
    await node.reaches(0);
    expect(items.length).toBeGreaterThan(0);
  }, PATIENTLY);
  const node = startTestNode(plane.url, 'n');
  await seen({ nodeId: 'n', state: 'CONNECTED', revision: 0 });
  await putTeam(plane, 't');
  await seen({ nodeId: 'n', state: 'CONNECTED', revision: 1 });
  node.socket.terminate();
  await seen({ nodeId: 'n', state: 'DISCONNECTED', lastError: 'the link was closed (1006)' });
});

test.each([{}, { authorization: 'Bearer wrong' }])('with %j there is no connection', async (params) => {
  const plane = await startTestPlane();
  const connected = connect(plane, params);
  gather(connected, 'subscription { revisionCommitted { revision } }');
  expect(await connected.closed).toEqual({ code: 4401, reason: expect.stringContaining('connection_init') });
});

test.each([
  ['GRAPHQL_PARSE_FAILED', 'subscription {'],
  ['GRAPHQL_VALIDATION_FAILED', 'subscription { nothing }'],
  ['BAD_REQUEST', '{ revision }'],
  ['BAD_REQUEST', 'mutation { blockVirtualKey(name: "k") { committed } }'],
  ['BAD_USER_INPUT', 'subscription ($yes: Boolean!) { revisionCommitted { revision @include(if: $yes) } }'],
])('the code %s is given for %s', async (code, query) => {
  const plane = await startTestPlane();
  const { errors } = gather(connect(plane), query);
  await vi.waitFor(() => expect(errors).toMatchObject([[{ extensions: { code } }]]), PATIENTLY);
});

test('a subscription over HTTP is refused', async () => {
  const plane = await startTestPlane();
  const { errors } = await plane.ask('subscription { revisionCommitted { revision } }');
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
});

test('a client that does not read is dropped with a reason, while others go on', async () => {
  const plane = await startTestPlane();
  const reading = gather(connect(plane), 'subscription { revisionCommitted { revision } }');
  const socket = new WebSocket(graphqlUrl(plane), 'graphql-transport-ws', { headers: AUTHORIZED });
  onTestFinished(() => socket.terminate());
  const closed = new Promise<unknown[]>((resolve) => socket.on('close', (...event) => resolve(event)));
  const messages: string[] = [];
  socket.on('message', (data) => messages.push(String(data)));
  await new Promise((resolve) => socket.on('open', resolve));
  socket.send('{"type":"connection_init"}');
  await vi.waitFor(() => expect(messages).toHaveLength(1), PATIENTLY);
  // Aliases make each message larger than what the network takes before it is read.
  const fields = Array.from({ length: 200 }, (_, index) => `a${index}: reason`).join(' ');
  const query = `subscription { revisionCommitted { ${fields} } }`;
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
  await vi.waitFor(async () => {
    await putTeam(plane, `t${crypto.randomUUID()}`);
    expect(messages.length).toBeGreaterThan(1);
    expect(reading.items.length).toBeGreaterThan(0);
  }, PATIENTLY);
  socket.pause();
  const before = reading.items.length;
  await copyLastRevision(plane, QUEUE_MAX * 2);
  const all = () => expect(reading.items.length).toBeGreaterThanOrEqual(before + QUEUE_MAX * 2);
  await vi.waitFor(all, PATIENTLY);
  socket.resume();
  const [code, reasonText] = await closed;
  expect([code, String(reasonText)]).toEqual([4429, expect.stringContaining('too slow')]);
});
