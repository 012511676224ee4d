import { expect, onTestFinished, test } from 'vitest';
import { startFakeControlPlane } from '../testing/fake-control-plane.ts';
import { data, TOKEN } from '../testing/fixtures.ts';
import { runInProcess } from '../testing/run-in-process.ts';

async function run(args: readonly string[], explainRequest: object | null) {
  const server = await startFakeControlPlane(data({ explainRequest }));
  onTestFinished(() => server.close());
  const environment = { TOLLGATE_URL: server.url, TOLLGATE_ADMIN_TOKEN: TOKEN };
  return { ended: await runInProcess(args, { input: '', environment }), server };
}

const attempt = {
  ...{ number: 1, model: 'm', servedModel: 'm', deployment: 'busy', provider: 'openai', upstreamModel: 'gpt' },
  ...{ reason: 'first', cause: 'upstream_error', status: 503, errorCode: 'overloaded', startedUs: 400, waitedUs: 0 },
  ...{ durationUs: 812_000, tokensInput: 0, tokensOutput: 0, costNanoUsd: '0', chosenBy: 'least-busy' },
  figureUnit: 'attempts under way',
  considered: [
    considered('busy', { chosen: true, figure: 2 }),
    considered('spare', { reason: 'not_preferred', explanation: 'another was chosen', figure: 4 }),
    considered('cold', { reason: 'cooling', explanation: 'it was left alone', coolingForMs: 4_200 }),
  ],
  notListed: 3,
};
const second = {
  ...attempt,
  ...{
    number: 2,
    model: 'f',
    servedModel: 'f',
    deployment: 'there',
    reason: 'fallback',
    cause: 'completed',
    status: 200,
  },
  ...{ errorCode: null, startedUs: 1_062_400, waitedUs: 250_000, durationUs: 5_000, costNanoUsd: null },
  ...{ tokensInput: 7, tokensOutput: 8, chosenBy: 'only', figureUnit: null, notListed: 0 },
  considered: [
    considered('there', { model: 'f', chosen: true, reason: 'cooling', explanation: 'it was left alone' }),
    considered(null, { model: 'secret', reason: 'not_allowed', explanation: 'the key may not use it' }),
  ],
};
const explanation = {
  summary: 'It went \u001b[31mwell.',
  revision: 17,
  revisionCommittedAt: '2027-01-01T00:00:00.000Z',
  request: {
    ...{ id: 'req_1', nodeId: 'n1', startedAt: '2027-01-02T00:00:00.000Z', endpoint: 'chat.completions', stream: true },
    ...{ key: 'k', organization: null, team: 'search', project: null, user: 'ada', customer: null, endUser: null },
    ...{ model: 'm', tags: ['eu'], cause: 'completed', status: 200, errorCode: null, attempts: 2, costUsd: null },
    ...{ totalUs: 1_070_000, overheadUs: 600 },
  },
  key: {
    ...{ name: 'k', changedAt: 12, type: 'INFERENCE', blocked: true, expiresAt: null, models: ['m', 'f'] },
    ...{ accessGroups: [], allowedRoutes: null, allowedIps: ['10.0.0.0/8'], tags: [] },
  },
  policies: [
    {
      ...{
        model: 'm',
        strategy: 'LEAST_BUSY',
        stickyBy: 'header',
        retries: 1,
        hedgeAfterMs: null,
        midStream: 'FAIL',
        backoffInitialMs: 250,
      },
      ...{ backoffMaxMs: 5_000, connectMs: 10_000, firstTokenMs: 60_000, idleMs: 60_000, totalMs: null },
      ...{
        cooldown: false,
        cooldownFailurePercent: 50,
        cooldownAttempts: 5,
        cooldownMs: 5_000,
        cooldownMaxMs: 300_000,
      },
      ...{ fallbacks: ['f'], contextFallbacks: [], contentPolicyFallbacks: [] },
      ...{ budgetFallbacks: ['g', 'h'], budgetFallbackAtPercent: 90 },
      ...{ fromKey: ['retries', 'firstTokenMs'], fromTeam: null },
    },
  ],
  quotas: [
    quota('team:search#nano_usd/day', { unit: 'NANO_USD', limit: '25000000000', amount: '1500000000', mode: 'SHADOW' }),
    quota('provider:openai#requests/1m', { unit: 'REQUESTS', limit: null, amount: '1', mode: null, slot: null }),
  ],
  attempts: [attempt, second],
};

function considered(deployment: string | null, rest: object) {
  return {
    model: 'm',
    deployment,
    chosen: false,
    reason: null,
    explanation: null,
    coolingForMs: null,
    figure: null,
    ...rest,
  };
}

function quota(id: string, rest: object) {
  const [owner, name] = id.slice(0, id.indexOf('#')).split(':');
  const ownerKind = owner?.toUpperCase();
  return { id, ownerKind, ownerName: name, window: 'day', model: null, slot: '2027-01-02T00:00:00.000Z', ...rest };
}

test('explain says what became of a request, and then part by part', async () => {
  const { ended, server } = await run(['explain', 'req_1'], explanation);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(server.requests).toMatchObject([{ operation: 'Explain', variables: { id: 'req_1' } }]);
  expect(ended.stdout.split('\n')).toEqual([
    'It went \\u001b[31mwell.',
    '',
    'Request',
    '  id         req_1',
    '  started    2027-01-02T00:00:00.000Z on node n1',
    '  revision   17, committed at 2027-01-01T00:00:00.000Z',
    '  key        k, team search, user ada',
    '  key then   changed last by revision 12; blocked; models m, f; addresses 10.0.0.0/8',
    '  asked for  m as a stream',
    '  tags       eu',
    '  took       1070 ms, of which the gateway 0.6 ms',
    '  cost       unpriced',
    '',
    'Attempts',
    '  1. busy of openai (gpt): first, chosen by least-busy',
    '     began after 0.4 ms, took 812 ms, upstream_error 503 (overloaded), 0 + 0 tokens, 0 USD',
    '     had 2 attempts under way',
    '     not spare: another was chosen, had 4 attempts under way',
    '     not cold: it was left alone (for 4200 ms more)',
    '     and 3 more that the record does not list',
    '  2. there of openai (gpt): fallback, chosen by only',
    '     began after 1062 ms, waited 250 ms, took 5 ms, completed 200, 7 + 8 tokens, unpriced',
    '     although there: it was left alone',
    '     not model secret: the key may not use it',
    '',
    'Quotas',
    '  QUOTA                        LIMIT   CHARGED  NOTES',
    '  team:search#nano_usd/day     25 USD  1.5 USD  shadow',
    '  provider:openai#requests/1m          1        without a lease, not in the history, or not yours to read',
    '',
    'Policies',
    '  m',
    '    strategy          least-busy, sticky by header',
    '    retries           1, 250 ms to 5000 ms apart',
    '    timeouts          connect 10000 ms, first byte 60000 ms, idle 60000 ms',
    '    cooldown          off',
    '    fallbacks         f',
    '    budget fallbacks  from 90 % on: g, h',
    '    said by the key   retries, firstToken',
    '    said by the team  not in the history, or not yours to read',
    '',
  ]);
});

test('explain --json prints all of it', async () => {
  const { ended } = await run(['explain', 'req_1', '--json'], explanation);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    summary: explanation.summary,
    attempts: [{ considered: [{ deployment: 'busy' }, { figure: 4 }, {}] }, { number: 2 }],
    quotas: [{ ownerKind: 'team', unit: 'nano_usd' }, { limit: null }],
  });
});

test('explain of a request of which there is no record says what may be the reason, and exits with 1', async () => {
  const { ended } = await run(['explain', 'req_\u001b'], null);
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toBe(
    'there is no record of req_\\u001b that you may see; a request that was refused leaves none, and one that was just answered takes a moment\n',
  );
});
