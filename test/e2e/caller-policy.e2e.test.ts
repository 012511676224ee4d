import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { type Change, connectStack } from '../support/stack.ts';
import { openTenant, putKey, putModel, putProvider, sdkClient, type Tenant, uniqueName } from '../support/tenant.ts';

const stack = connectStack(inject('stack'));
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const EXPLAIN = `query ($id: ID!) { explainRequest(id: $id) {
  policies { model strategy retries firstTokenMs idleMs totalMs fromKey fromTeam } } }`;

const putTeam = (name: string, spec: object): Change => ({ putTeam: { name, spec } });

let provider: string;
let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant(stack, { type: 'mock' });
  provider = uniqueName('mock');
  await stack.commit([putProvider(provider, { type: 'mock' })]);
});

/** Nearly all requests begin at the first of the two. */
const twoOf = (first: object, second: object) => [
  { name: 'first', provider, model: 'demo', weight: 1_000_000, ...first },
  { name: 'second', provider, model: 'demo', weight: 1, ...second },
];

/** A key with these settings. */
async function openKey(spec: object, ...changes: readonly Change[]): Promise<string> {
  const { issuedSecrets } = await stack.commit([...changes, putKey(uniqueName('key'), spec)]);
  return issuedSecrets[0]?.secret ?? '';
}

/** Streams an answer from a model to its end. */
async function stream(secret: string, model: string) {
  const { data, response } = await sdkClient(stack.gatewayUrl, secret)
    .chat.completions.create({ model, messages: MESSAGES, stream: true })
    .withResponse();
  for await (const _ of data);
  return stack.waitForRecord(response.headers.get('x-tollgate-request-id'));
}

/** What the one row of a request that failed says. */
async function failed(secret: string, model: string) {
  const error = await stream(secret, model).catch((reason: { headers?: Headers }) => reason);
  expect(error).toMatchObject({ status: 504 });
  return stack.waitForRecord(('headers' in error && error.headers?.get('x-tollgate-request-id')) || null);
}

test('a key that does not wait fails at once, or is retried, where others wait and are answered', async () => {
  const [model, other, team] = [uniqueName('slow'), uniqueName('other'), uniqueName('team')];
  const deployments = twoOf({ mock: { latencyMs: 1_000 } }, {});
  await stack.commit([
    putModel(model, { deployments, routing: { retries: 1, cooldown: { enabled: false } } }),
    putModel(other, {
      deployments: [{ name: 'stuck', provider, model: 'demo', mock: { latencyMs: 60_000 } }],
      fallbacks: [model],
      routing: { retries: 2, backoff: { initial: '1ms' }, cooldown: { enabled: false } },
    }),
    putTeam(team, { routing: { timeouts: { firstToken: '100ms' } } }),
  ]);
  const [ofTeam, hasty] = [await openKey({ team }), await openKey({ team, routing: { retries: 0 } })];

  expect(await stream(tenant.secret, model)).toMatchObject({ deployment: 'first', attempts: 1, cause: 'completed' });
  expect(await stream(ofTeam, model)).toMatchObject({ deployment: 'second', attempts: 2, cause: 'completed' });
  expect(await failed(hasty, model)).toMatchObject({ deployment: 'first', attempts: 1, cause: 'upstream_timeout' });
  // The same of what steps in: three calls and two, or one and one.
  expect(await stream(ofTeam, other)).toMatchObject({ deployment: 'second', attempts: 5, cause: 'completed' });
  expect(await failed(hasty, other)).toMatchObject({ deployment: 'first', attempts: 2, cause: 'upstream_timeout' });
});

test('a team with a strategy of its own goes elsewhere', async () => {
  const [model, team, plain] = [uniqueName('model'), uniqueName('team'), uniqueName('plain')];
  await stack.commit([
    putModel(model, { deployments: twoOf({ model: 'dear' }, { model: 'cheap' }) }),
    ...['dear', 'cheap'].map(
      (name): Change => ({
        putPriceOverride: {
          name: uniqueName(name),
          spec: { provider, model: name, prices: { input: name === 'dear' ? '9 USD' : '1 USD', output: '1 USD' } },
        },
      }),
    ),
    putTeam(team, { routing: { strategy: 'LOWEST_COST' } }),
    putTeam(plain, {}),
  ]);
  const [own, others] = [await openKey({ team }), await openKey({ team: plain })];
  for (let index = 0; index < 3; index += 1) {
    expect(await stream(own, model)).toMatchObject({ deployment: 'second' });
    expect(await stream(others, model)).toMatchObject({ deployment: 'first' });
  }
});

test('an explanation says what the key and the team said in place of the model', async () => {
  const [model, team] = [uniqueName('model'), uniqueName('team')];
  const secret = await openKey(
    { team, routing: { retries: 0, timeout: '3s' } },
    putModel(model, { deployments: twoOf({}, {}), routing: { retries: 4, timeouts: { firstToken: '9s' } } }),
    putTeam(team, { routing: { strategy: 'ROUND_ROBIN', retries: 2, timeouts: { idle: '7s', total: '1m' } } }),
  );
  const { id } = await stream(secret, model);
  expect(await stack.graphql(EXPLAIN, { id })).toMatchObject({
    explainRequest: {
      policies: [
        {
          model,
          strategy: 'ROUND_ROBIN',
          retries: 0,
          firstTokenMs: 3_000,
          idleMs: 3_000,
          totalMs: 60_000,
          fromKey: ['retries', 'firstTokenMs', 'idleMs'],
          fromTeam: ['strategy', 'totalMs'],
        },
      ],
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-e2e-explain-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const env = { TOLLGATE_URL: stack.controlUrl, TOLLGATE_ADMIN_TOKEN: stack.adminToken };
  const { stdout } = await runCli(['explain', id], { folder, env });
  expect(stdout).toMatch(/said by the key +retries, firstToken, idle\n/);
  expect(stdout).toMatch(/said by the team +strategy, total\n/);
});

test('plans refuse what contradicts itself, as they do of models', async () => {
  const refused = (change: Change) => stack.commit([change]).catch((error: Error) => error.message);
  for (const put of [putTeam, putKey]) {
    const saying = (routing: object) => refused(put(uniqueName('never'), { routing }));
    expect(await saying({ timeouts: { firstToken: '3s', total: '2s' } })).toMatch(/routing\.timeouts\.firstToken/);
    expect(await saying({ retries: 11 })).toMatch(/routing\.retries/);
    expect(await saying({ retries: -1 })).toMatch(/routing\.retries/);
    expect(await saying({ strategy: 'USAGE_AWARE' })).toMatch(/declare it on those models.*routing\.strategy/);
  }
});
