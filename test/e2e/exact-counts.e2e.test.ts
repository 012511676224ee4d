import { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Provider, startProvider } from '../support/provider.ts';
import { answer } from '../support/provider-scripts.ts';
import { quotaStateOf } from '../support/quota-state.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, putKey, putModel, type Tenant } from '../support/tenant.ts';
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
async function openCounting(upstreamModel: string, limit: string): Promise<Tenant> {
  const tenant = await openTenant(stack, { type: 'openai', baseUrl: provider.baseUrl, apiKey: 'sk-upstream' });
  const deployments = [{ provider: tenant.providerName, model: upstreamModel, tokenizer: 'O200K_BASE' }];
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
function play(input: number, released = Promise.resolve()): void {
  const message = { role: 'assistant', content: 'word '.repeat(OUTPUT) };
  const usage = { prompt_tokens: input, completion_tokens: OUTPUT, total_tokens: input + OUTPUT };
  const choices = [{ index: 0, message, finish_reason: 'length' }];
  const script = answer(200, { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage });
  provider.play(async (response, call) => {
    await released;
    await script(response, call);
  });
}

describe('a limit of tokens for so many requests of a model that was never seen', () => {
  // From its bytes the first is taken for more than it is, for its JSON is longer than its words; the second for less.
  test.each([
    { upstreamModel: 'counted-words', content: 'Invent a new holiday and describe its traditions.', input: 16 },
    { upstreamModel: 'counted-digits', content: '1 2 3 4 5 6 7 8 9 '.repeat(40), input: 727 },
  ])(
    'lets so many through at once as fit by their count: $upstreamModel',
    async ({ upstreamModel, content, input }) => {
      play(input);
      // The thread is at work once it has counted for another model.
      const other = await openCounting(`${upstreamModel}-before`, '1000000 tokens');
      const before = await counted();
      await waitFor('a count', async () => (await ask(other, content)) === 200 && (await counted()) > before);

      const tenant = await openCounting(upstreamModel, `${FITTING * (input + OUTPUT)} tokens`);
      // No answer comes, from which a node could learn, before all were let through or refused.
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      play(input, released);
      const callsBefore = provider.calls.length;
      const statuses: number[] = [];
      const asked = Array.from({ length: ASKED }, async () => void statuses.push(await ask(tenant, content)));
      const decided = () => provider.calls.length - callsBefore + statuses.length === ASKED;
      await waitFor('all to be let through or refused', decided).finally(release);
      await Promise.all(asked);
      expect(statuses.filter((status) => status === 200)).toHaveLength(FITTING);
      expect(statuses.filter((status) => status === 429)).toHaveLength(ASKED - FITTING);
      const settled = String(FITTING * (input + OUTPUT));
      const isSpent = async () => (await quotaStateOf(stack, tenant.keyName))?.settled === settled;
      await waitFor('all of the limit to be told as spent', isSpent);
    },
  );
});
