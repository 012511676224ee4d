import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { createKeyring, SNAPSHOT_PATH, unwrapDataKey, type WrappedDataKey } from '@tollgate/schema';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesBelow } from '../support/files-below.ts';
import { firstFleetMessage } from '../support/first-fleet-message.ts';
import { everyQuery } from '../support/secrets/every-query.ts';
import {
  type HostileIdentityProvider,
  startHostileIdentityProvider,
} from '../support/secrets/hostile-identity-provider.ts';
import { createHunt, type Hunt } from '../support/secrets/hunt.ts';
import { OIDC_SECRET, PLANTED_NAME, type Planting, plantSecrets } from '../support/secrets/planting.ts';
import { connectStack, type Stack, type StartedStack, startStack } from '../support/stack.ts';

/** Fields of the API's root that show data of people to whoever may read them; all others show none. */
const SHOWS_PERSONAL = ['user', 'users', 'customer', 'customers', 'declarations'];

let folder: string;
let started: StartedStack;
let stack: Stack;
let identityProvider: HostileIdentityProvider;
let planting: Planting;
/** Looks for all secrets, or for those that are not data of people. */
let hunt: Hunt;
let huntSecrets: Hunt;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-e2e-secrets-'));
  identityProvider = await startHostileIdentityProvider();
  started = await startStack(folder, {
    LOG_LEVEL: 'trace',
    TOLLGATE_OIDC_ISSUER: identityProvider.issuer,
    TOLLGATE_OIDC_CLIENT_ID: 'tollgate',
    TOLLGATE_OIDC_CLIENT_SECRET: OIDC_SECRET,
  });
  stack = connectStack(started.addresses);
  planting = await plantSecrets(stack);
  const { sealKey } = started.tollgate;
  const { internalToken } = createKeyring(sealKey);
  const secrets = {
    ...planting.secrets,
    sealKey,
    sealKeyBytes: Buffer.from(sealKey, 'base64'),
    internalToken,
    ...(await dataKeys()),
  };
  huntSecrets = createHunt(secrets);
  hunt = createHunt({ ...secrets, ...planting.personal });
});
afterAll(async () => {
  await planting?.close();
  identityProvider?.close();
  await started?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function query<Row extends object>(text: string): Promise<readonly Row[]> {
  const client = new Client({ connectionString: stack.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** The data keys themselves, which only the sealing key gives. */
async function dataKeys(): Promise<Readonly<Record<string, Buffer>>> {
  const keyring = createKeyring(started.tollgate.sealKey);
  const rows = await query<WrappedDataKey>('select id, owner, wraps from data_key');
  expect(rows.length).toBeGreaterThan(5);
  return Object.fromEntries(
    rows.map((row) => [
      `data key of ${row.owner}`,
      unwrapDataKey(keyring, row)?.encryptionKey ?? expect.fail(row.owner),
    ]),
  );
}

const internal = () => ({ authorization: `Bearer ${createKeyring(started.tollgate.sealKey).internalToken}` });

describe('the secrets were used in earnest', () => {
  test('what was planted is there to be found: in what providers were sent, and in the answers that show it once', () => {
    expect(Object.values(planting.secrets).every((secret) => secret.length > 16)).toBe(true);
    expect(new Set(Object.values(planting.secrets)).size).toBe(Object.keys(planting.secrets).length);
    expect(createHunt({ OIDC_SECRET }).in(identityProvider.received.join())).toEqual(['OIDC_SECRET']);
    const answers = planting.answers.join('\n');
    expect(answers).toContain('/auth/password-setup 204');
    expect(answers).toContain('/auth/sign-in 200');
    expect(answers).toContain('/auth/password 204');
    expect(answers).toContain('"name":"planted"');
  });
});

describe('no secret is readable', () => {
  test('in what clients of the gateway and of the API get', () => {
    expect(planting.answers.length).toBeGreaterThan(30);
    expect(hunt.in(planting.answers.join('\n'))).toEqual([]);
  });

  test('in any column of any table of Postgres', async () => {
    const tables = await query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    const filled: string[] = [];
    for (const { name } of tables) {
      const rows = await query<{ text: string }>(`select row_to_json(t)::text as text from "${name}" as t`);
      if (rows.length > 0) filled.push(name);
      expect([name, ...hunt.in(rows.map(({ text }) => text).join('\n'))]).toEqual([name]);
    }
    const expected = [
      'data_key',
      'draft',
      'entity',
      'event',
      'node',
      'password',
      'personal_digest',
      'revision',
      'service_token',
      'session',
    ];
    expect(filled).toEqual(expect.arrayContaining(expected));
  });

  test('in the export of the log, in a snapshot, and in the delta that leads a new node to all there is', async () => {
    const admin = { authorization: `Bearer ${stack.adminToken}` };
    const exported = await (await fetch(`${stack.controlUrl}/events/export`, { headers: admin })).text();
    const snapshot = await (await fetch(`${stack.controlUrl}${SNAPSHOT_PATH}`, { headers: internal() })).text();
    const delta = await firstFleetMessage(stack.controlUrl, internal());
    for (const text of [exported, snapshot, delta]) {
      expect(text).toContain(PLANTED_NAME);
      expect(text).toContain('v2.');
      expect(hunt.in(text)).toEqual([]);
    }
  });

  test('in any row of ClickHouse', async () => {
    const client = createClient({ url: started.tollgate.clickHouseUrl });
    const rowsOf = async (text: string) => (await client.query({ query: text, format: 'JSONEachRow' })).text();
    const tables = (
      await rowsOf(
        `select database, name from system.tables where database not in ('system', 'INFORMATION_SCHEMA', 'information_schema')`,
      )
    )
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { database: string; name: string });
    let text = '';
    for (const { database, name } of tables) text += await rowsOf(`select * from ${database}.${name}`);
    await client.close();
    expect(text).toContain(PLANTED_NAME);
    expect(hunt.in(text)).toEqual([]);
  });

  test('in the metrics of any process', async () => {
    for (const url of [stack.gatewayUrl, stack.controlUrl, started.tollgate.analytics.url]) {
      const text = await (await fetch(`${url}/metrics`)).text();
      expect(text.length).toBeGreaterThan(100);
      expect(hunt.in(text)).toEqual([]);
    }
  });

  test('in any answer of GraphQL: every query that its schema has, with every field', async () => {
    const page = { first: '50' };
    const past = { from: '"2020-01-01T00:00:00Z"', to: `"${new Date(Date.now() + 60_000).toISOString()}"` };
    const named = { name: `"${PLANTED_NAME}"`, user: `"${PLANTED_NAME}"`, serviceAccount: `"${PLANTED_NAME}"` };
    const { queries, skipped } = await everyQuery(stack.graphql, {
      ...page,
      ...named,
      kind: 'PROVIDER',
    });
    expect(queries.length).toBeGreaterThan(40);
    // These need more than names, and are asked below; but for the first, which tells of nodes only.
    expect(skipped.toSorted()).toEqual([
      'awaitPropagation',
      'diff',
      'explainRequest',
      'planChangeSet',
      'planRollback',
      'reviewDraft',
      'usage',
    ]);
    const fields = 'name fields { path before after }';
    const diff = 'diff(from: {revision: 0}, first: 50) { edges { node { id fields { path before after } } } }';
    const review = `reviewDraft(id: "${planting.draftId}") { draft { title } plan { entries { ${fields} } problems { message } } }`;
    const usage = `usage(from: ${past.from}, to: ${past.to}) { requests }`;
    const rollback = `planRollback(input: {to: {revision: 0}}) { entries { ${fields} } problems { message } }`;
    const { requests } = await stack.graphql<{ requests: { edges: readonly { node: { id: string } }[] } }>(
      '{ requests(first: 1) { edges { node { id } } } }',
    );
    const explained =
      'summary key { name models tags } quotas { id } policies { model } request { id key user endUser }';
    const explain = `explainRequest(id: "${requests.edges[0]?.node.id}") { ${explained} attempts { deployment provider } }`;
    const texts = [
      ...queries,
      ...[diff, explain, review, usage, rollback].map((text) => ({
        field: text.split('(')[0] ?? '',
        text: `{ ${text} }`,
      })),
    ];
    for (const { field, text } of texts) {
      const answer = JSON.stringify(await stack.graphql(text));
      if (field === 'explainRequest') expect(answer).toContain('summary');
      const found = SHOWS_PERSONAL.includes(field) ? huntSecrets.in(answer) : hunt.in(answer);
      expect([field, ...found]).toEqual([field]);
    }
    const { users } = await stack.graphql<{ users: object }>(
      '{ users(first: 9) { edges { node { email displayName } } } }',
    );
    const erased = [planting.personal['erasedEmail'], planting.personal['erasedName']];
    expect(createHunt(planting.personal).in(JSON.stringify(users)).toSorted()).toEqual(['displayName', 'email']);
    for (const text of erased) expect(JSON.stringify(users)).not.toContain(text);
  });

  test('in plans and errors that are about them', async () => {
    const { credential, givenKey, password } = planting.secrets;
    const provider = (name: string, spec: object) => ({ putProvider: { name, spec } });
    const good = {
      changes: [
        provider(PLANTED_NAME, { type: 'openai', apiKey: { value: credential } }),
        { putVirtualKey: { name: 'given', spec: { secret: { value: givenKey } } } },
      ],
    };
    const bad = {
      changes: [
        provider('!', {
          type: 'x',
          baseUrl: `http://u:${credential}@h`,
          apiKey: { value: `${credential} with blanks` },
        }),
      ],
    };
    const plan =
      'query ($input: ChangeSetInput!) { planChangeSet(input: $input) { entries { name fields { path before after } } problems { message path } } }';
    const asked: readonly [string, object?][] = [
      [plan, { input: good }],
      [plan, { input: bad }],
      [plan, { input: { changes: [provider('p', { type: credential, apiKey: credential })] } }],
      ['query ($input: ChangeSetInput!) { nonsense(input: $input) }', { input: good }],
      [`{ user(name: ${JSON.stringify(password)}) { ${credential} } }`],
      [`mutation { putUser(name: "x", spec: {email: "${password}"}) { committed problems { message } } }`],
    ];
    for (const [text, variables] of asked) {
      const response = await fetch(`${stack.controlUrl}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${stack.adminToken}` },
        body: JSON.stringify({ query: text, variables }),
      });
      const answer = await response.text();
      expect(answer.length).toBeGreaterThan(20);
      expect(hunt.in(answer)).toEqual([]);
    }
  });

  test('in any line of any log, even at the level of tracing', async () => {
    const log = await readFile(stack.logFile);
    for (const word of ['configuration adopted', 'signed in', 'control-plane', 'analytics', 'data-plane'])
      expect([word, log.includes(word)]).toEqual([word, true]);
    expect(hunt.in(log)).toEqual([]);
  });

  test('in any file: of the node, of ClickHouse, and of Postgres with its write-ahead log', async () => {
    const [{ data_directory: postgres } = { data_directory: '' }] = await query<{ data_directory: string }>(
      'show data_directory',
    );
    const files = [...(await filesBelow(stack.dataDir)), ...(await filesBelow(postgres))];
    const kinds = [
      'pg_wal',
      join('node', 'config', 'data-keys.json'),
      join('node', 'config', 'deltas.ndjson'),
      'clickhouse',
    ];
    expect(kinds.filter((kind) => files.some((file) => file.includes(kind)))).toEqual(kinds);
    // The sealing key of the embedded mode lies in a file of its own, for its owner's eyes only.
    const others = files.filter((file) => !file.endsWith('seal-key'));
    expect(others.length).toBe(files.length - 1);
    for (const file of others)
      expect([file, ...hunt.in(await readFile(file).catch(() => Buffer.alloc(0)))]).toEqual([file]);
  });
});
