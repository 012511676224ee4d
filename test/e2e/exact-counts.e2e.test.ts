import { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Provider, startProvider } from '../support/provider.ts';
import { answer } from '../support/provider-scripts.ts';
import { quotaStateOf } from '../support/quota-state.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, putKey, putModel, type Tenant, uniqueName } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = connectStack(inject('stack'));
/** Tokens of each answer; asked for as the limit too, so that what is reserved is what is used. */
const OUTPUT = 10;
const FITTING = 4;
const ASKED = 12;

let provider: Provider;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.close());

const counted = async (): Promise<number> => {
  const metrics = await (await fetch(`${stack.gatewayUrl}/metrics`)).text();
  return Number(/^tollgate_token_counts_total\{outcome="exact"\} (\d+)/m.exec(metrics)?.[1] ?? 0);
};

/** A tenant whose model counts by a tokenizer; the provider's model was never seen by the node. */
async function openCounting(limit: string): Promise<Tenant> {
  const tenant = await openTenant(stack, { type: 'openai', baseUrl: provider.baseUrl, apiKey: 'sk-upstream' });
  const deployments = [{ provider: tenant.providerName, model: uniqueName('counted'), tokenizer: 'O200K_BASE' }];
  await stack.commit([
    putModel(tenant.model, { deployments }),
    putKey(tenant.keyName, { rateLimits: [{ limit, window: 'lifetime' }] }),
  ]);
  return tenant;
}

/** The status of a request's answer. */
async function ask({ client, model }: Tenant, content: string): Promise<number> {
  try {
    const body = { model, messages: [{ role: 'user' as const, content }], max_tokens: OUTPUT };
    const { response } = await client.chat.completions.create(body).withResponse();
    return response.status;
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    return error.status ?? 0;
  }
}

/** Answers are held back until `released`. */
function play(input: number, released: Promise<void>): void {
  const message = { role: 'assistant', content: 'word '.repeat(OUTPUT) };
  const usage = { prompt_tokens: input, completion_tokens: OUTPUT, total_tokens: input + OUTPUT };
  const choices = [{ index: 0, message, finish_reason: 'length' }];
  const script = answer(200, { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage });
  provider.play(async (response, call) => {
    await released;
    await script(response, call);
  });
}

type Content = { readonly content: string; readonly input: number };

/** What becomes of requests that are made at once for a model that was never seen, with a limit that so many fit in by their count. */
async function askAtOnce({
  content,
  input,
}: Content): Promise<{ readonly tenant: Tenant; readonly statuses: number[] }> {
  const tenant = await openCounting(`${FITTING * (input + OUTPUT)} tokens`);
  // No answer comes, from which a node could learn, before all were let through or refused.
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  play(input, released);
  const callsBefore = provider.calls.length;
  const statuses: number[] = [];
  const asked = Array.from({ length: ASKED }, async () => void statuses.push(await ask(tenant, content)));
  const decided = () => provider.calls.length - callsBefore + statuses.length === ASKED;
  await waitFor('all to be let through or refused', decided).finally(release);
  await Promise.all(asked);
  return { tenant, statuses };
}

describe('a limit of tokens for so many requests of a model that was never seen', () => {
  test.each([
    {
      what: 'whose JSON is longer than their words',
      content: 'Invent a new holiday and describe its traditions.',
      input: 16,
    },
    { what: 'with a token for each character', content: '1 2 3 4 5 6 7 8 9 '.repeat(40), input: 727 },
  ])('lets through as many as fit by their count, of requests $what', async ({ content, input }) => {
    // On a machine that is too busy to count in time an estimate stands in; then nothing was seen, and others are asked.
    const { tenant, statuses } = await waitFor('all to be counted', async () => {
      const before = await counted();
      const outcome = await askAtOnce({ content, input });
      return (await counted()) - before === ASKED && outcome;
    });
    expect(statuses.filter((status) => status === 200)).toHaveLength(FITTING);
    expect(statuses.filter((status) => status === 429)).toHaveLength(ASKED - FITTING);
    const settled = String(FITTING * (input + OUTPUT));
    const isSpent = async () => (await quotaStateOf(stack, tenant.keyName))?.settled === settled;
    await waitFor('all of the limit to be told as spent', isSpent);
  });
});
