import type { GatewayErrorCode, ModelConfig } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import { FREE_PASS } from '../quota/pass-fixture.ts';
import type { QuotaGate } from '../quota/quota-gate.ts';
import { deployment, model, spiedUpstream, status } from './chat-calls.ts';
import { createChatBed } from './chat-fixture.ts';

type World = {
  readonly isNearlySpent?: boolean;
  /** What the quota gate says of requests that count as one for this model. */
  readonly refused?: Readonly<Record<string, GatewayErrorCode>>;
  /** What a deployment is expected to cost; 1 if it is not here. */
  readonly costs?: Readonly<Record<string, number | null>>;
  readonly models?: Readonly<Record<string, ModelConfig>>;
};

const MODELS = {
  m: model([deployment('of-m')], { budgetFallbacks: ['f', 'g'], budgetFallbackAtPercent: 80, fallbacks: ['dear'] }),
  f: model([deployment('of-f')]),
  g: model([deployment('of-g')]),
  dear: model([deployment('of-dear')]),
};

function openBed({ isNearlySpent = false, refused = {}, costs = {}, models = {} }: World) {
  const entered: string[] = [];
  const shares: number[] = [];
  const gate: QuotaGate = {
    enter(request, onPass, onRefused) {
      const name = request.model;
      expect(request.route.name).toBe(name);
      entered.push(name);
      const code = refused[name];
      if (code === undefined) onPass(FREE_PASS);
      else onRefused({ code, message: `not as ${name}` }, ['retry-after', '7']);
    },
    isNearlySpent(_request, share) {
      shares.push(share);
      return isNearlySpent;
    },
    expectedCost({ deployment: { name } }, like) {
      // Of a model that was not seen yet more tokens are expected, unless it is told as many as of which.
      const unseen = name === 'of-m' || like?.deployment.name === 'of-m' ? 1 : 2;
      return costs[name] === undefined ? unseen : costs[name];
    },
  };
  const { upstream, calls } = spiedUpstream();
  return { ...createChatBed({ ...MODELS, ...models }, { gate, upstream, random: () => 0 }), entered, shares, calls };
}

test('a budget that has room is spent on what was asked for, and nothing else is said', async () => {
  const bed = openBed({});
  const { headers, records } = await bed.ask('m');
  expect(headers).toMatchObject({ 'x-tollgate-model': 'm' });
  expect(bed.entered).toEqual(['m']);
  expect(bed.shares).toEqual([0.8]);
  const record = JSON.parse(JSON.stringify(records[0]));
  expect(record).not.toHaveProperty('attemptDetails');
  expect(record).not.toHaveProperty('choices');
});

test('models without budget fallbacks are not asked about', async () => {
  const bed = openBed({ isNearlySpent: true });
  await bed.ask('f');
  expect(bed.shares).toEqual([]);
});

test.each([false, true])(
  'one that is nearly spent is left to the first fallback, and the record says so (stream: %s)',
  async (stream) => {
    const bed = openBed({ isNearlySpent: true });
    const { headers, records } = await bed.ask('m', { stream });
    expect(headers).toMatchObject({ 'x-tollgate-model': 'f', 'x-tollgate-deployment': 'of-f' });
    expect(bed.entered).toEqual(['f']);
    expect(bed.calls).toEqual(['of-f']);
    expect(records).toMatchObject([
      {
        model: 'm',
        deployment: 'of-f',
        attempts: 1,
        attemptDetails: [{ model: 'f', deployment: 'of-f', reason: 'budget_fallback', cause: 'completed' }],
        choices: [{ model: 'f', by: 'only', passedOver: [{ model: 'm', deployment: '', reason: 'nearly_spent' }] }],
      },
    ]);
  },
);

test('one that refuses what was asked for lets the first fallback answer that fits', async () => {
  const bed = openBed({ refused: { m: 'budget_exceeded', f: 'rate_limit_exceeded' } });
  const { headers, records } = await bed.ask('m');
  expect(headers).toMatchObject({ 'x-tollgate-model': 'g' });
  expect(bed.entered).toEqual(['m', 'f', 'g']);
  expect(records[0]?.choices).toMatchObject([
    {
      passedOver: [
        { model: 'm', reason: 'no_room' },
        { model: 'f', reason: 'no_room' },
      ],
    },
  ]);
});

test.each(['rate_limit_exceeded', 'quota_unavailable', 'price_unknown'] as const)(
  'what was asked for and is refused with %s is not answered by fallbacks',
  async (code) => {
    const bed = openBed({ refused: { m: code } });
    expect(JSON.parse((await bed.ask('m')).text)).toMatchObject({ error: { code, message: 'not as m' } });
    expect(bed.entered).toEqual(['m']);
  },
);

describe('if all refuse, the first refusal stands', () => {
  const refused = { m: 'budget_exceeded', f: 'budget_exceeded', g: 'rate_limit_exceeded' } as const;

  test.each([
    ['a budget refused', false, ['m', 'f', 'g'], 'not as m'],
    ['it was nearly spent', true, ['f', 'g', 'm'], 'not as f'],
  ])('when %s', async (_, isNearlySpent, order, message) => {
    const bed = openBed({ isNearlySpent, refused });
    const asked = await bed.ask('m');
    expect(asked).toMatchObject({ status: 429, headers: { 'retry-after': '7' }, records: [] });
    expect(JSON.parse(asked.text)).toMatchObject({ error: { code: 'budget_exceeded', message } });
    expect(bed.entered).toEqual(order);
  });
});

test('what is left of a budget goes to what was asked for if no fallback can answer', async () => {
  const bed = openBed({ isNearlySpent: true, refused: { f: 'rate_limit_exceeded' } });
  const { headers } = await bed.ask('m', { key: { secretHash: '', models: ['m', 'f'] } });
  expect(headers).toMatchObject({ 'x-tollgate-model': 'm' });
  expect(bed.entered).toEqual(['f', 'm']);
});

describe('passed over is', () => {
  test('a fallback that the key may not use', async () => {
    const bed = openBed({ isNearlySpent: true });
    const { headers, records } = await bed.ask('m', { key: { secretHash: '', models: ['m', 'g'] } });
    expect(headers).toMatchObject({ 'x-tollgate-model': 'g' });
    expect(records[0]?.choices?.[0]?.passedOver[1]).toMatchObject({ model: 'f', reason: 'not_allowed' });
  });

  test.each([
    ['whose price is not known', null, 'no_price'],
    ['that would cost more', 2, 'dearer'],
  ])('a deployment %s, and a fallback that has no other', async (_, cost, reason) => {
    const models = { g: model([deployment('of-g', {}, 1), deployment('cheap', {}, 2)]) };
    const bed = openBed({ isNearlySpent: true, models, costs: { 'of-f': cost, 'of-g': cost } });
    const { headers, records } = await bed.ask('m');
    expect(headers).toMatchObject({ 'x-tollgate-model': 'g', 'x-tollgate-deployment': 'cheap' });
    expect(records[0]?.choices?.[0]?.passedOver.slice(1)).toMatchObject([
      { model: 'f', deployment: 'of-f', reason },
      { model: 'g', deployment: 'of-g', reason },
    ]);
  });

  test('one that is left alone after failures, as long as there is another', async () => {
    const bed = openBed({ isNearlySpent: true });
    await bed.ask('m');
    for (const { deployment: name, health } of bed.states.all())
      if (name === 'of-f') health.openUntilMs = performance.now() + 60_000;
    expect((await bed.ask('m')).headers).toMatchObject({ 'x-tollgate-model': 'g' });
    const key = { secretHash: '', models: ['m', 'f'] };
    expect((await bed.ask('m', { key })).headers).toMatchObject({ 'x-tollgate-model': 'm' });
  });
});

test('a fallback is seen with the tags of the request', async () => {
  const models = { f: model([deployment('of-all'), { ...deployment('of-eu'), tags: ['eu'] }]) };
  const bed = openBed({ isNearlySpent: true, models });
  const { headers } = await bed.ask('m', { key: { secretHash: '', tags: ['eu'] } });
  expect(headers).toMatchObject({ 'x-tollgate-deployment': 'of-eu' });
});

describe('a fallback that fails', () => {
  test('is followed by its own attempts and the rest of the list, not by the fallbacks of the dearer model', async () => {
    const models = {
      f: model([deployment('of-f', status(500)), deployment('f-spare', status(500), 2)], { fallbacks: ['dear'] }),
      g: model([deployment('of-g', status(500))]),
    };
    const bed = openBed({ isNearlySpent: true, models });
    const { status: code, records } = await bed.ask('m');
    expect(code).toBe(500);
    expect(bed.calls).toEqual(['of-f', 'f-spare', 'of-g']);
    expect(records[0]?.attemptDetails?.map(({ model: name, reason }) => `${name} ${reason}`)).toEqual([
      'f budget_fallback',
      'f next_order',
      'g budget_fallback',
    ]);
  });

  test('as the request is too long for it is followed by its own fallbacks for that', async () => {
    const tooLong = { failures: [{ kind: 'status' as const, rate: 1, status: 400, code: 'context_length_exceeded' }] };
    const models = {
      m: { ...MODELS.m, contextFallbacks: ['dear'] },
      f: model([deployment('of-f', tooLong)], { contextFallbacks: ['g'] }),
    };
    const bed = openBed({ isNearlySpent: true, models });
    expect((await bed.ask('m')).headers).toMatchObject({ 'x-tollgate-model': 'g' });
    expect(bed.calls).toEqual(['of-f', 'of-g']);
  });
});

test('nothing more is tried for a client that has left meanwhile', async () => {
  const bed = openBed({ refused: { m: 'budget_exceeded' } });
  await bed.ask('m', { onOpen: (leave) => leave() });
  expect(bed.entered).toEqual(['m']);
});
