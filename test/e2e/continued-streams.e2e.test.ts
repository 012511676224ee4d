import { expect, inject, test } from 'vitest';
import { expectedCostNanoUsd } from '../support/prices.ts';
import { connectStack } from '../support/stack.ts';
import { openTenant, putModel, uniqueName } from '../support/tenant.ts';

const stack = connectStack(inject('stack'));
const TOKENS = 6;
const BROKEN_AFTER = 3;

test.each(['continue', 'fail'])('a stream that its provider breaks off: %s', async (midStream) => {
  const { client, providerName: provider } = await openTenant(stack, { type: 'mock' });
  const model = uniqueName('broken');
  const broken = { rate: 1, kind: 'reset_mid_stream', afterChunks: BROKEN_AFTER };
  await stack.commit([
    putModel(model, {
      deployments: [
        { provider, model: 'demo', name: 'breaks', mock: { text: 'one ', tokens: TOKENS, failures: [broken] } },
        { provider, model: 'demo', name: 'whole', order: 2, mock: { text: 'two ', tokens: TOKENS } },
      ],
      routing: { midStream: midStream === 'continue' ? 'CONTINUE' : 'FAIL' },
    }),
  ]);
  const { data: stream, response } = await client.chat.completions
    .create({
      model,
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'x' }],
    })
    .withResponse();
  const ids = new Set<string>();
  let text = '';
  let finish: string | null | undefined;
  let used: number | undefined;
  const reading = (async () => {
    for await (const { id, choices, usage } of stream) {
      ids.add(id);
      text += choices[0]?.delta.content ?? '';
      finish = choices[0]?.finish_reason ?? finish;
      used = usage?.completion_tokens ?? used;
    }
  })();
  const row = async () => await stack.waitForRecord(response.headers.get('x-tollgate-request-id'));
  if (midStream === 'fail') {
    await expect(reading).rejects.toThrow();
    expect(text).not.toContain('two');
    expect(await row()).toMatchObject({ cause: 'upstream_stream_broken', attempts: 1 });
    return;
  }
  await reading;
  expect(text).toMatch(/^(one ?)+(two ?)+$/);
  expect([ids.size, finish]).toEqual([1, 'stop']);
  const record = await row();
  expect(record).toMatchObject({ cause: 'completed', status: 200, attempts: 2, deployment: 'whole' });
  expect(record.tokensOutput).toBe(used);
  expect(record.attemptDetails).toMatchObject([
    { deployment: 'breaks', cause: 'upstream_stream_broken' },
    { deployment: 'whole', reason: 'next_order', cause: 'completed' },
  ]);
  const costs = record.attemptDetails.map(({ costNanoUsd }) => Number(costNanoUsd));
  expect(Math.min(...costs)).toBeGreaterThan(0);
  expect(record.costNanoUsd).toBe(expectedCostNanoUsd(record));
  expect(Number(record.costNanoUsd)).toBe(costs.reduce((sum, cost) => sum + cost, 0));
});
