import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, putKey, putModel, sdkClient, uniqueName } from '../support/tenant.ts';

const stack = connectStack(inject('stack'));
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

const EXPLAIN = `query ($id: ID!) { explainRequest(id: $id) {
  summary revision revisionCommittedAt request { id model }
  key { name models blocked }
  policies { model strategy retries firstTokenMs fallbacks }
  quotas { id ownerKind ownerName unit limit mode amount }
  attempts { number servedModel deployment provider reason cause status errorCode durationUs costNanoUsd chosenBy
    considered { model deployment chosen reason } } } }`;

type Explained = { readonly explainRequest: { readonly summary: string; readonly revision: number } | null };

/** A model whose first deployment fails, with one out of rotation and one of a later order, and a fallback of two deployments. */
async function askWithFallback() {
  const tenant = await openTenant(stack, { type: 'mock' });
  const [model, other, key] = ['asked', 'fallback', 'key'].map(uniqueName) as [string, string, string];
  const at = { provider: tenant.providerName, model: 'demo' };
  const failing = { ...at, mock: { failures: [{ kind: 'status', status: 503, rate: 1 }] } };
  const { revision, issuedSecrets } = await stack.commit([
    putModel(other, {
      deployments: [
        { ...at, name: 'left' },
        { ...at, name: 'right' },
      ],
      routing: { strategy: 'ROUND_ROBIN', timeout: '30s' },
    }),
    putModel(model, {
      deployments: [
        { ...failing, name: 'broken' },
        { ...at, name: 'resting', weight: 0 },
      ],
      fallbacks: [other],
    }),
    putKey(key, {
      models: [model, other],
      rateLimits: [{ limit: '40 requests', window: 'day' }, { limit: '3 concurrent' }],
    }),
  ]);
  const { response } = await sdkClient(stack.gatewayUrl, issuedSecrets[0]?.secret ?? '')
    .chat.completions.create({ model, messages: MESSAGES })
    .withResponse();
  const id = response.headers.get('x-tollgate-request-id') ?? '';
  await stack.waitForRecord(id);
  return { id, model, other, key, revision, provider: tenant.providerName };
}

test('explainRequest says which key, policies and quotas held, what was considered and what happened, as of its revision', async () => {
  const { id, model, other, key, revision, provider } = await askWithFallback();
  // What holds now is not what held then.
  const at = { provider, model: 'demo' };
  await stack.commit([
    putModel(model, { deployments: [{ ...at, name: 'changed' }], routing: { retries: 3 } }),
    putKey(key, { models: [other], rateLimits: [{ limit: '1 requests', window: 'day' }] }),
  ]);
  const { explainRequest } = await stack.graphql<Explained>(EXPLAIN, { id });
  expect(explainRequest).toMatchObject({
    revision,
    request: { id, model },
    key: { name: key, models: [model, other], blocked: false },
    policies: [
      { model, strategy: 'WEIGHTED', retries: 0, firstTokenMs: 600_000, fallbacks: [other] },
      { model: other, strategy: 'ROUND_ROBIN', firstTokenMs: 30_000, fallbacks: [] },
    ],
    quotas: [
      {
        id: `virtual-key:${key}#requests/day`,
        ownerName: key,
        unit: 'REQUESTS',
        limit: '40',
        mode: 'ENFORCE',
        amount: '1',
      },
      { id: `virtual-key:${key}#concurrent`, unit: 'CONCURRENT', limit: '3', amount: '0' },
    ],
    attempts: [
      {
        number: 1,
        servedModel: model,
        deployment: 'broken',
        provider,
        reason: 'first',
        cause: 'upstream_error',
        status: 503,
        chosenBy: null,
        costNanoUsd: '0',
        considered: [
          { model, deployment: 'broken', chosen: true, reason: null },
          { model, deployment: 'resting', chosen: false, reason: 'out_of_rotation' },
        ],
      },
      {
        number: 2,
        servedModel: other,
        deployment: 'left',
        reason: 'fallback',
        cause: 'completed',
        status: 200,
        chosenBy: 'round-robin',
        considered: [
          { model: other, deployment: 'left', chosen: true, reason: null },
          { model: other, deployment: 'right', chosen: false, reason: 'not_preferred' },
        ],
      },
    ],
  });
  const said = explainRequest?.summary ?? '';
  expect(said).toContain(
    `The key ${key} asked for ${model} under revision ${revision}. Attempt 1 went to broken of provider ${provider}`,
  );
  expect(said).toContain('it failed with 503');
  expect(said).toContain(
    `Attempt 2 went to left of provider ${provider} (model ${other}), a fallback, chosen in turn among 2; it answered in `,
  );
});

test('tollgate explain says it to people, and exits with 1 for an id of which there is no record', async () => {
  const { id, model, other } = await askWithFallback();
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-e2e-explain-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const env = { TOLLGATE_URL: stack.controlUrl, TOLLGATE_ADMIN_TOKEN: stack.adminToken };
  const told = await runCli(['explain', id], { folder, env });
  expect(told).toMatchObject({ code: 0, stderr: '' });
  expect(told.stdout).toContain('2. left of ');
  expect(told.stdout).toContain('not resting: its weight is 0');
  expect(JSON.parse((await runCli(['explain', id, '--json'], { folder, env })).stdout)).toMatchObject({
    request: { id, model },
    attempts: [{ servedModel: model }, { servedModel: other }],
  });
  expect(await runCli(['explain', 'req_none'], { folder, env })).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('there is no record of req_none'),
  });
});
