import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatUsd } from '@tollgate/schema';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { chunkFrame, completion, DONE } from '../support/chunks.ts';
import { runCli } from '../support/cli.ts';
import { startProvider } from '../support/provider.ts';
import { answer, streamInTwo, thenEnd } from '../support/provider-scripts.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, type Tenant, uniqueName } from '../support/tenant.ts';
import type { RequestRow } from '../support/usage-queries.ts';

const MESSAGES = [{ role: 'user' as const, content: 'Hello there' }];
const TOKENS = 7;

const stack = connectStack(inject('stack'));
const env = { TOLLGATE_URL: stack.controlUrl, TOLLGATE_ADMIN_TOKEN: stack.adminToken };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-e2e-prices-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Applies a document that declares the price overrides of a tenant, and no others that it declared before. */
async function applyPrices(owner: string, overrides: readonly string[]): Promise<string> {
  const section = overrides.length === 0 ? '' : `priceOverrides:\n${overrides.map((line) => `  ${line}\n`).join('')}`;
  await writeFile(join(folder, `${owner}.yaml`), `tollgate: 1\nowner: ${owner}\n${section}`);
  const args = ['apply', '-f', `${owner}.yaml`, '--prune', '--yes', '--await', 'all'];
  const { code, stdout, stderr } = await runCli(args, { folder, env });
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

/** The row of one request, whose cost the answer says as well. */
async function ask({ client, model }: Tenant): Promise<RequestRow> {
  const { response } = await client.chat.completions.create({ model, messages: MESSAGES }).withResponse();
  const row = await stack.waitForRecord(response.headers.get('x-tollgate-request-id'));
  const said = response.headers.get('x-tollgate-cost-usd');
  expect(said).toBe(row.costNanoUsd === null ? null : formatUsd(BigInt(row.costNanoUsd)));
  return row;
}

const costOf = ({ costNanoUsd, priceSource }: RequestRow) => ({ costNanoUsd, priceSource });

test('the cost of the next request follows the price overrides that a document declares', async () => {
  const tenant = await openTenant(stack, { type: 'mock', mock: { tokens: TOKENS }, upstreamModel: 'small-1' });
  const owner = uniqueName('prices');
  const of = `provider: ${tenant.providerName}`;
  const listed = await ask(tenant);
  const { tokensInput } = listed;
  const listedNano = tokensInput * 1_000 + TOKENS * 2_000;
  expect(costOf(listed)).toEqual({ costNanoUsd: String(listedNano), priceSource: 'catalogue:mock' });

  const wide = `${owner}-wide: { ${of}, model: "small-*", prices: { input: 2.50 USD, output: 10 USD }, marginPercent: 20 }`;
  expect(await applyPrices(owner, [wide])).not.toContain('not enforced');
  const dear = await ask(tenant);
  expect(costOf(dear)).toEqual({
    costNanoUsd: String((tokensInput * 2_500 + TOKENS * 10_000) * 1.2),
    priceSource: `override:${owner}-wide`,
  });
  expect(dear.revision).toBeGreaterThan(listed.revision);

  // The model itself goes before the pattern; what is over or to come does not count.
  await applyPrices(owner, [
    wide,
    `${owner}-off: { ${of}, model: small-1, discountPercent: 12.5 }`,
    `${owner}-over: { ${of}, model: small-1, prices: { input: 1 USD, output: 1 USD }, effectiveUntil: "2026-01-01T00:00:00Z" }`,
    `${owner}-later: { ${of}, model: small-1, prices: { input: 1 USD, output: 1 USD }, effectiveFrom: "2999-01-01T00:00:00Z" }`,
    `${owner}-elsewhere: { ${of}, model: other, prices: { input: 1 USD, output: 1 USD } }`,
  ]);
  expect(costOf(await ask(tenant))).toEqual({
    costNanoUsd: String(Math.round(listedNano * 0.875)),
    priceSource: `override:${owner}-off`,
  });

  await applyPrices(owner, [`${owner}-free: { ${of}, model: "*", prices: { input: 0 USD, output: 0 USD } }`]);
  expect(costOf(await ask(tenant))).toEqual({ costNanoUsd: '0', priceSource: `override:${owner}-free` });

  await applyPrices(owner, []);
  expect(costOf(await ask(tenant))).toEqual(costOf(listed));
});

test('a model without a known price is priced by an override; a discount alone leaves it unpriced', async () => {
  const provider = await startProvider();
  provider.play(answer(200, completion('x')));
  const tenant = await openTenant(stack, { type: 'vllm', baseUrl: provider.baseUrl, upstreamModel: 'own-model' });
  const owner = uniqueName('prices');
  const of = `provider: ${tenant.providerName}, model: own-model`;
  const unpriced = { costNanoUsd: null, priceSource: null };
  expect(costOf(await ask(tenant))).toEqual(unpriced);
  await applyPrices(owner, [`${owner}: { ${of}, discountPercent: 50 }`]);
  expect(costOf(await ask(tenant))).toEqual(unpriced);
  await applyPrices(owner, [`${owner}: { ${of}, prices: { input: 0.5 USD, output: 1 USD }, discountPercent: 50 }`]);
  expect(costOf(await ask(tenant))).toEqual({ costNanoUsd: '1750', priceSource: `override:${owner}` });
  await provider.close();
});

test('a request is charged by the revision that it was admitted under, whatever changes while it is answered', async () => {
  const provider = await startProvider();
  const tenant = await openTenant(stack, { type: 'vllm', baseUrl: provider.baseUrl, upstreamModel: 'own-model' });
  const owner = uniqueName('prices');
  const priced = (usd: number) =>
    `${owner}: { provider: ${tenant.providerName}, model: own-model, prices: { input: 0 USD, output: ${usd} USD } }`;
  await applyPrices(owner, [priced(3)]);
  const usage = { prompt_tokens: 1, completion_tokens: 5, total_tokens: 6 };
  const last = Buffer.from(
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [], usage })}\n\n`,
  );
  const { script, release } = streamInTwo(
    chunkFrame('a'),
    thenEnd(Buffer.concat([chunkFrame('b', 'stop'), last, DONE])),
  );
  provider.play(script);
  const { data, response } = await tenant.client.chat.completions
    .create({ model: tenant.model, messages: MESSAGES, stream: true })
    .withResponse();
  await applyPrices(owner, [priced(100)]);
  release();
  for await (const _chunk of data);
  const row = await stack.waitForRecord(response.headers.get('x-tollgate-request-id'));
  expect(row).toMatchObject({ costNanoUsd: String(5 * 3_000), priceSource: `override:${owner}` });
  expect(String(row.revision)).toBe(response.headers.get('x-tollgate-revision'));
  await provider.close();
});
