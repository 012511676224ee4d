import { APIError } from 'openai';
import { expect, inject, test } from 'vitest';
import { connectStack } from '../support/stack.ts';
import { openTenant, putKey, putModel, sdkClient, uniqueName } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = connectStack(inject('stack'));

/** Tokens of each answer; asked for as the limit too, so that what is reserved is about what is used. */
const TOKENS = 10;
const BODY = { messages: [{ role: 'user' as const, content: 'Hello there' }], max_tokens: TOKENS };
/** More requests than the budget has room for, so that a test that would go on for ever ends. */
const REQUESTS_MAX = 200;

type Outcome = { readonly id: string; readonly model: string; readonly code: string | null };

/** A model at ten times the price of the one that steps in for it, and a key of a team that may use both. */
async function openTeam() {
  const tenant = await openTenant(stack, { type: 'mock' });
  const [dear, cheap, team, key] = ['dear', 'cheap', 'team', 'key'].map(uniqueName) as [string, string, string, string];
  const at = { provider: tenant.providerName, mock: { tokens: TOKENS } };
  const { issuedSecrets } = await stack.commit([
    {
      putPriceOverride: {
        name: uniqueName('dear'),
        spec: { provider: tenant.providerName, model: 'dear-1', prices: { input: '10 USD', output: '20 USD' } },
      },
    },
    putModel(cheap, { deployments: [{ ...at, name: 'cheap', model: 'cheap-1' }] }),
    putModel(dear, {
      deployments: [{ ...at, name: 'dear', model: 'dear-1' }],
      budgetFallbacks: [cheap],
      budgetFallbackAtPercent: 60,
    }),
    { putTeam: { name: team, spec: { models: [dear, cheap] } } },
    putKey(key, { team }),
  ]);
  const client = sdkClient(stack.gatewayUrl, issuedSecrets[0]?.secret ?? '');
  const ask = async (): Promise<Outcome> => {
    try {
      const { response } = await client.chat.completions.create({ model: dear, ...BODY }).withResponse();
      const header = (name: string) => response.headers.get(name) ?? '';
      return { id: header('x-tollgate-request-id'), model: header('x-tollgate-model'), code: null };
    } catch (error) {
      if (!(error instanceof APIError)) throw error;
      expect(error.status).toBe(429);
      return { id: '', model: '', code: error.code ?? null };
    }
  };
  return { dear, cheap, team, key, ask };
}

test('a team whose budget is nearly spent gets the cheaper model, and 429 once that does not fit either', async () => {
  const { dear, cheap, team, key, ask } = await openTeam();
  const { costNanoUsd } = await stack.waitForRecord((await ask()).id);
  const budget = 10 * Number(costNanoUsd);
  const limit = `${(budget / 1e9).toFixed(9)} USD`;
  const spec = { models: [dear, cheap], budgets: [{ limit, window: 'lifetime' }] };
  await stack.commit([{ putTeam: { name: team, spec } }]);

  const outcomes: Outcome[] = [];
  while (outcomes.at(-1)?.code !== 'budget_exceeded' && outcomes.length < REQUESTS_MAX) outcomes.push(await ask());
  const answered = outcomes.slice(0, -1);
  const models = answered.map(({ model }) => model);
  expect(models[0]).toBe(dear);
  expect(models.at(-1)).toBe(cheap);
  // Of ten, six make the share of it from which on the cheaper one answers.
  expect(models.filter((model) => model === dear).length).toBeLessThanOrEqual(6);
  expect(new Set(models)).toEqual(new Set([dear, cheap]));

  const rows = await waitFor('a row of each answer', async () => {
    const ids = answered.map(({ id }) => id);
    const found = await stack.usageRequests({ keys: [key] });
    const these = found.filter(({ id }) => ids.includes(id));
    return these.length === answered.length ? these : undefined;
  });
  for (const { id, model } of answered) {
    const row = rows.find((one) => one.id === id);
    expect(row).toMatchObject({ model: dear, deployment: model === cheap ? 'cheap' : 'dear', attempts: 1 });
    expect(row?.attemptDetails.map((detail) => [detail.model, detail.reason])).toEqual(
      model === cheap ? [[cheap, 'budget_fallback']] : [],
    );
  }
  const spent = rows.reduce((sum, row) => sum + Number(row.costNanoUsd), 0);
  expect(spent).toBeLessThanOrEqual(budget);
  expect(spent).toBeGreaterThan(0.9 * budget);

  const { explainRequest } = await stack.graphql<{ explainRequest: object }>(
    `query ($id: ID!) { explainRequest(id: $id) { summary
      policies { model budgetFallbacks budgetFallbackAtPercent }
      attempts { servedModel reason considered { model deployment chosen reason } } } }`,
    { id: answered.find(({ model }) => model === cheap)?.id },
  );
  expect(explainRequest).toMatchObject({
    summary: expect.stringContaining(`(model ${cheap}), a fallback for when a budget is nearly spent`),
    policies: [
      { model: dear, budgetFallbacks: [cheap], budgetFallbackAtPercent: 60 },
      { model: cheap, budgetFallbacks: [], budgetFallbackAtPercent: null },
    ],
    attempts: [
      {
        servedModel: cheap,
        reason: 'budget_fallback',
        considered: [
          { model: cheap, deployment: 'cheap', chosen: true, reason: null },
          { model: dear, deployment: null, chosen: false, reason: expect.stringMatching(/^(nearly_spent|no_room)$/) },
        ],
      },
    ],
  });
});
