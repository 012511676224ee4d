import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { completion } from '../support/chunks.ts';
import { type Provider, startProvider } from '../support/provider.ts';
import { answer, raw, reset } from '../support/provider-scripts.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, putKey, putProvider, type Tenant, uniqueName } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

const stack = connectStack(inject('stack'));
/** Planted where secrets belong; each must be found nowhere else. */
const planted = {
  credential: `credential-${randomBytes(12).toString('hex')}`,
  nextCredential: `credential-${randomBytes(12).toString('hex')}`,
  givenKey: `sk-given-${randomBytes(12).toString('hex')}`,
};
let provider: Provider;
let tenant: Tenant;
let secrets: readonly string[];
const answers: string[] = [];

/** Uses every secret in earnest, and in ways that go wrong. */
beforeAll(async () => {
  provider = await startProvider();
  tenant = await openTenant(stack, { type: 'openai', baseUrl: provider.baseUrl, apiKey: planted.credential });
  await stack.commit([putKey(uniqueName('given'), { secret: { value: planted.givenKey } })]);
  secrets = [...Object.values(planted), tenant.secret, stack.adminToken];
  const scripts = [
    answer(200, completion('fine')),
    answer(401, { error: { message: `Incorrect API key provided: ${planted.credential}` } }),
    answer(500, `<html>Authorization: Bearer ${planted.credential}</html>`),
    raw(`HTTP/1.1 200 OK\r\nx-echo: ${planted.credential}\r\ncontent-length: 4\r\n\r\noops`),
    reset,
  ];
  for (const script of scripts) {
    for (const isStream of [false, true]) {
      provider.play(script);
      await collect(tenant.secret, { model: tenant.model, messages: MESSAGES, stream: isStream });
    }
  }
  provider.play(answer(200, completion('fine')));
  await collect(planted.givenKey, { model: tenant.model, messages: MESSAGES });
  await collect(`${planted.givenKey}wrong`, { model: tenant.model, messages: MESSAGES });
  await stack.commit([
    putProvider(tenant.providerName, {
      type: 'openai',
      baseUrl: provider.baseUrl,
      apiKey: { value: planted.nextCredential },
    }),
  ]);
  await collect(tenant.secret, { model: tenant.model, messages: MESSAGES });
  expect(provider.lastCall().headers.authorization).toBe(`Bearer ${planted.nextCredential}`);
  await waitFor(
    'the rows to have arrived',
    async () => (await stack.usageRequests({ keys: [tenant.keyName] })).length === 11,
  );
});
afterAll(() => provider.close());

async function collect(key: string, body: object): Promise<void> {
  const response = await fetch(`${stack.gatewayUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  answers.push(JSON.stringify([...response.headers]), await response.text());
}

const secretsIn = (text: string | Buffer): readonly string[] => secrets.filter((secret) => text.includes(secret));

/** Postgres's data lie elsewhere if its account cannot reach the data folder. */
async function postgresFolder(): Promise<string> {
  const client = new Client({ connectionString: stack.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory ?? '';
  } finally {
    await client.end();
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('a secret is never readable', () => {
  test('in what clients of the gateway get', () => {
    expect(answers.length).toBeGreaterThan(20);
    expect(secretsIn(answers.join('\n'))).toEqual([]);
  });

  test('in the metrics of the node and of the control plane', async () => {
    for (const url of [stack.gatewayUrl, stack.controlUrl]) {
      const text = await (await fetch(`${url}/metrics`)).text();
      expect(text.length).toBeGreaterThan(100);
      expect(secretsIn(text)).toEqual([]);
    }
  });

  test('in GraphQL’s answers: entities, history, plans and errors', async () => {
    const input = {
      changes: [
        putProvider(tenant.providerName, {
          type: 'openai',
          baseUrl: provider.baseUrl,
          apiKey: { value: planted.credential },
        }),
        putKey(tenant.keyName, { secret: { value: `${planted.givenKey}-new` } }),
      ],
    };
    const queries: readonly [string, object?][] = [
      ['{ providers(first: 100) { edges { node { name apiKey { isSet ref { env } } } } } }'],
      ['{ virtualKeys(first: 100) { edges { node { name secretHashPrefix metadata } } } }'],
      ['{ events(first: 100) { edges { node { type data reason } } } }'],
      [
        'query ($input: ChangeSetInput!) { planChangeSet(input: $input) { entries { name fields { path before after } } problems { message } } }',
        { input },
      ],
      [
        'query ($input: ChangeSetInput!) { planChangeSet(input: $input) { revision } }',
        {
          input: {
            changes: [
              putProvider('!', {
                type: 'x',
                baseUrl: `http://u:${planted.credential}@h`,
                apiKey: { value: `${planted.credential} with blanks` },
              }),
            ],
          },
        },
      ],
      ['query ($input: ChangeSetInput!) { nonsense(input: $input) }', { input }],
    ];
    for (const [query, variables] of queries) {
      const response = await fetch(`${stack.controlUrl}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${stack.adminToken}` },
        body: JSON.stringify({ query, variables }),
      });
      const text = await response.text();
      expect(text.length).toBeGreaterThan(20);
      expect(secretsIn(text)).toEqual([]);
    }
  });

  test('in any log line, even at the level of debugging', async () => {
    const log = await readFile(stack.logFile);
    expect(log.includes('configuration adopted')).toBe(true);
    expect(secretsIn(log)).toEqual([]);
  });

  test('on disk: Postgres, its write-ahead log, ClickHouse, the node’s copy and its spool', async () => {
    const files = [...(await filesBelow(stack.dataDir)), ...(await filesBelow(await postgresFolder()))];
    const kinds = ['pg_wal', join('node', 'config'), 'clickhouse'];
    expect(kinds.filter((kind) => files.some((file) => file.includes(kind)))).toEqual(kinds);
    let withName = 0;
    for (const file of files) {
      const content = await readFile(file).catch(() => Buffer.alloc(0));
      expect([file, ...secretsIn(content)]).toEqual([file]);
      if (content.includes(tenant.providerName)) withName += 1;
    }
    // What is no secret is found: in Postgres and in the node's copy at least.
    expect(withName).toBeGreaterThanOrEqual(2);
  });
});
