import type { GatewayError, ModelConfig } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { FREE_PASS } from '../quota/pass-fixture.ts';
import type { QuotaGate } from '../quota/quota-gate.ts';
import { deployment, model, spiedUpstream, status } from './chat-calls.ts';
import { type AskOptions, createChatBed } from './chat-fixture.ts';
import type { DialectOf } from './target.ts';

/** About 1,000 tokens by their bytes, and no fewer than 250 by any count. */
const LONG = [{ role: 'user', content: 'long '.repeat(800) }];
const TOO_LONG = { failures: [{ kind: 'status' as const, rate: 1, status: 400, code: 'context_length_exceeded' }] };

const UNSAYABLE: GatewayError = { code: 'unsupported_parameter', message: 'no such thing' };

const sized = (name: string, contextTokens?: number, more: object = {}) => ({
  ...deployment(name),
  contextTokens,
  ...more,
});

/** @param mute the deployment whose provider's format cannot say the request */
function openBed(
  models: Readonly<Record<string, ModelConfig>>,
  { tokensPerByte = 1 / 4, isNearlySpent = false, mute = '' } = {},
) {
  const counted: string[] = [];
  const sizes: number[] = [];
  const gate: QuotaGate = {
    enter(request, onPass) {
      counted.push(request.route.name);
      onPass(FREE_PASS);
    },
    isNearlySpent: () => isNearlySpent,
    expectedCost: () => 1,
  };
  const estimator = {
    inputOf(_model: string, bytes: number) {
      sizes.push(bytes);
      return bytes * tokensPerByte;
    },
  };
  const { upstream, calls } = spiedUpstream();
  const dialectOf: DialectOf = ({ name }) =>
    name === mute ? { ...openaiChat, encodeRequest: () => ({ ok: false, error: UNSAYABLE }) } : openaiChat;
  const bed = createChatBed(models, { gate, estimator, upstream, dialectOf, random: () => 0 });
  const askLong = (options: AskOptions = {}) => bed.ask('m', { messages: LONG, ...options });
  return { ...bed, askLong, calls, counted, sizes };
}

test('a request of fewer bytes than any window has tokens is not sized', async () => {
  const bed = openBed({ m: model([sized('small', 900)]) });
  await bed.ask('m');
  expect(bed.sizes).toEqual([]);
  await bed.askLong();
  expect(bed.sizes.length).toBeGreaterThan(0);
});

describe('a deployment that is expected to be too small', () => {
  test('is passed over for a larger one, whatever its order, and the record says so', async () => {
    const bed = openBed({ m: model([sized('small', 900), sized('tiny', 100), sized('large', 2_000, { order: 2 })]) });
    const { headers, records } = await bed.askLong();
    expect(headers).toMatchObject({ 'x-tollgate-deployment': 'large', 'x-tollgate-attempts': '1' });
    expect(records).toMatchObject([
      {
        deployment: 'large',
        choices: [
          {
            candidates: [{ deployment: 'large' }],
            passedOver: [
              { model: 'm', deployment: 'small', reason: 'too_small' },
              { model: 'm', deployment: 'tiny', reason: 'too_small' },
            ],
          },
        ],
      },
    ]);
    expect(JSON.parse(JSON.stringify(records[0]))).not.toHaveProperty('attemptDetails');
  });

  test('is passed over for one whose size is not known', async () => {
    const bed = openBed({ m: model([sized('small', 900), sized('unknown')]) });
    await bed.askLong();
    expect(bed.calls).toEqual(['unknown']);
  });

  test('is not called by later attempts either', async () => {
    const deployments = [sized('large', 2_000, { mock: status(500) }), sized('small', 900)];
    const bed = openBed({ m: model(deployments, { routing: { retries: 1, backoff: { initialMs: 1, maxMs: 2 } } }) });
    await bed.askLong();
    expect(bed.calls).toEqual(['large', 'large']);
  });

  test('is not called as a fallback either, unless there is no larger one', async () => {
    const m = model([sized('large', 2_000, { mock: status(500) })], { fallbacks: ['f', 'g'] });
    const [f, g] = [model([sized('of-f', 900)]), model([sized('of-g', 2_000)])];
    const bed = openBed({ m, f, g });
    await bed.askLong();
    expect(bed.calls).toEqual(['large', 'of-g']);
    const alone = openBed({ m: { ...m, fallbacks: ['f'] }, f });
    await alone.askLong();
    expect(alone.calls).toEqual(['large', 'of-f']);
  });

  test('is one by the tokens that its model was seen to have of a byte', async () => {
    const models = { m: model([sized('small', 900), sized('large', 2_000)]) };
    const bed = openBed(models, { tokensPerByte: 1 / 5 });
    await bed.askLong();
    expect(bed.calls).toEqual(['small']);
  });

  test('is not one for images', async () => {
    const url = `data:image/png;base64,${'A'.repeat(50_000)}`;
    const messages = [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }];
    const bed = openBed({ m: model([sized('small', 900), sized('large', 2_000)]) });
    await bed.ask('m', { messages });
    expect(bed.calls).toEqual(['small']);
  });
});

describe('if all of a model are', () => {
  const fallbacks = {
    general: model([deployment('of-general')]),
    secret: model([sized('of-secret', 5_000)]),
    little: model([sized('of-little', 300)]),
    large: model([sized('of-large', 2_000)]),
    huge: model([sized('of-huge', 9_000)]),
  };
  const m = model([sized('small', 900)], {
    fallbacks: ['general'],
    contextFallbacks: ['secret', 'little', 'large', 'huge'],
  });
  const key = { secretHash: '', models: ['m', 'general', 'little', 'large', 'huge'] };

  test('a fallback for that whose provider cannot say the request is passed over', async () => {
    const bed = openBed({ ...fallbacks, m }, { mute: 'of-large' });
    const { headers, records } = await bed.askLong({ key });
    expect(bed.calls).toEqual(['of-huge']);
    expect(headers).toMatchObject({ 'x-tollgate-model': 'huge' });
    expect(records[0]?.choices?.[0]?.passedOver).toContainEqual(
      expect.objectContaining({ model: 'large', deployment: 'of-large', reason: 'cannot_say' }),
    );
  });

  test('and no provider of those that take it can say it, the client is told why', async () => {
    const large = { ...m, contextFallbacks: ['large'] };
    const bed = openBed({ ...fallbacks, m: large }, { mute: 'of-large' });
    const { status: code, text } = await bed.askLong({ key });
    expect([code, text]).toEqual([400, expect.stringContaining(UNSAYABLE.message)]);
  });

  test.each([false, true])(
    'the first fallback for that which takes it answers before any call (stream: %s)',
    async (stream) => {
      const bed = openBed({ ...fallbacks, m });
      const { headers, records } = await bed.askLong({ key, stream });
      expect(bed.calls).toEqual(['of-large']);
      expect(headers).toMatchObject({ 'x-tollgate-model': 'large', 'x-tollgate-attempts': '1' });
      expect(records).toMatchObject([
        {
          model: 'm',
          attemptDetails: [{ model: 'large', deployment: 'of-large', reason: 'context_fallback', cause: 'completed' }],
          choices: [
            {
              model: 'large',
              passedOver: [
                { model: 'm', deployment: 'small', reason: 'too_small' },
                { model: 'secret', reason: 'not_allowed' },
                { model: 'little', deployment: 'of-little', reason: 'too_small' },
              ],
            },
          ],
        },
      ]);
    },
  );

  test('the request counts for the fallback that answers', async () => {
    const bed = openBed({ ...fallbacks, m });
    await bed.askLong({ key });
    expect(bed.counted).toEqual(['large']);
  });

  test.each([
    ['fails', status(500)],
    ['says that it is too long after all', TOO_LONG],
  ])('the next of them follows one that %s, not the general ones', async (_, mock) => {
    const large = model([sized('of-large', 2_000, { mock })]);
    const huge = model([sized('of-huge', 9_000, { mock })]);
    const bed = openBed({ ...fallbacks, m, large, huge });
    const { records } = await bed.askLong({ key });
    expect(bed.calls).toEqual(['of-large', 'of-huge']);
    expect(records[0]?.attemptDetails?.map(({ reason }) => reason)).toEqual(['context_fallback', 'context_fallback']);
  });

  test('one that is left alone after failures comes behind the next', async () => {
    const bed = openBed({ ...fallbacks, m });
    await bed.askLong({ key });
    for (const { deployment: name, health } of bed.states.all())
      if (name === 'of-large') health.openUntilMs = performance.now() + 60_000;
    await bed.askLong({ key });
    expect(bed.calls).toEqual(['of-large', 'of-huge']);
    expect(bed.counted).toEqual(['large', 'huge']);
  });

  test('and there is no fallback that takes it, it is sent all the same, as the estimate may be wrong', async () => {
    const bed = openBed({ ...fallbacks, m: { ...m, contextFallbacks: ['little'] } });
    const { status: code } = await bed.askLong();
    expect(code).toBe(200);
    expect(bed.calls).toEqual(['small']);
  });

  test('and the provider agrees, the fallbacks for it are tried all the same', async () => {
    const small = sized('small', 900, { mock: TOO_LONG });
    const bed = openBed({ ...fallbacks, m: { ...m, deployments: [small], contextFallbacks: ['little'] } });
    await bed.askLong();
    expect(bed.calls).toEqual(['small', 'of-little']);
  });
});

describe('a request that fits nowhere by any count', () => {
  const tiny = model([sized('tiny', 100), sized('tinier', 50)], { contextFallbacks: ['f'], fallbacks: ['g'] });
  const other = (contextTokens?: number) => model([sized('other', contextTokens)]);

  test('is refused, with nothing called or reserved for it', async () => {
    const bed = openBed({ m: tiny, f: other(200), g: other(200) });
    const { status: code, text, records } = await bed.askLong();
    expect(code).toBe(400);
    expect(JSON.parse(text)).toEqual({
      error: {
        code: 'context_length_exceeded',
        type: 'invalid_request_error',
        param: 'messages',
        message: expect.stringMatching(
          /^The request has at least 25\d tokens, and no .* model "m" takes more than 200\.$/,
        ),
      },
    });
    expect([bed.calls, bed.counted, records]).toEqual([[], [], []]);
  });

  test.each([
    ['a fallback for what is too long', { f: other(300), g: other(200) }],
    ['a general fallback', { f: other(200), g: other(300) }],
    ['one of unknown size', { f: other(200), g: other() }],
  ])('does fit where %s may take it', async (_, models) => {
    const bed = openBed({ m: tiny, ...models });
    expect((await bed.askLong()).status).toBe(200);
  });

  test('is refused if only a fallback takes it that the key may not use', async () => {
    const bed = openBed({ m: tiny, f: other(9_000), g: other(200) });
    expect((await bed.askLong({ key: { secretHash: '', models: ['m', 'g'] } })).status).toBe(400);
  });
});

test('a budget is not spared by a fallback that is too small', async () => {
  const m = model([sized('large', 2_000)], { budgetFallbacks: ['f', 'g'] });
  const models = { m, f: model([sized('of-f', 900)]), g: model([sized('of-g', 1_900)]) };
  const bed = openBed(models, { isNearlySpent: true });
  await bed.askLong();
  expect(bed.calls).toEqual(['of-g']);
  expect(bed.counted).toEqual(['g']);
});
