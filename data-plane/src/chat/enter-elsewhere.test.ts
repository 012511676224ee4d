import { describe, expect, test } from 'vitest';
import type { Dialect } from '../dialects/dialect.ts';
import { dialectFor } from '../dialects/index.ts';
import { FREE_PASS } from '../quota/pass-fixture.ts';
import type { QuotaGate } from '../quota/quota-gate.ts';
import type { Deployment } from '../routing/route.ts';
import { deployment, model } from './chat-calls.ts';
import { createChatBed } from './chat-fixture.ts';

/** Refuses what goes to one of these providers, or of one model there, for its own quota or for another. */
function gateWithout(...full: readonly string[]) {
  const entered: string[] = [];
  const gate: QuotaGate = {
    enter({ model: name, deployment: { providerName } }, onPass, onRefused) {
      entered.push(`${name} at ${providerName}`);
      const error = { code: 'rate_limit_exceeded', message: `${providerName} is full` } as const;
      if (full.includes(providerName))
        onRefused(error, ['retry-after', '9'], { provider: providerName, model: undefined });
      else if (full.includes(`${name} at ${providerName}`))
        onRefused(error, [], { provider: providerName, model: name });
      else if (full.includes('all')) onRefused(error, []);
      else onPass(FREE_PASS);
    },
    isNearlySpent: () => false,
    expectedCost: () => 0,
  };
  return { gate, entered };
}

const atQ = (name: string) => ({ ...deployment(name), provider: 'q' });
const TWO = model([deployment('a'), atQ('b')]);
const bedOf = (models: Parameters<typeof createChatBed>[0], gate: QuotaGate) =>
  createChatBed(models, { gate, random: () => 0 });

describe('a request for whose provider there is no room in the quotas of it', () => {
  test('goes to another provider of the model, and tells of what it passed over', async () => {
    const { gate, entered } = gateWithout('p');
    const { records, headers } = await bedOf({ m: TWO }, gate).ask('m');
    expect(entered).toEqual(['m at p', 'm at q']);
    expect(records).toMatchObject([{ deployment: 'b', attempts: 1, choices: [{ attempt: 1 }] }]);
    expect(records[0]?.choices?.[0]?.passedOver).toEqual([
      { model: 'm', deployment: 'a', reason: 'no_room', forMs: null },
    ]);
    expect(headers['x-tollgate-model']).toBe('m');
  });

  test('goes to a lower order, and then to a fallback, which then counts it', async () => {
    const { gate, entered } = gateWithout('p');
    const lower = { m: model([deployment('a'), { ...atQ('b'), order: 2 }]) };
    expect((await bedOf(lower, gate).ask('m')).records).toMatchObject([{ deployment: 'b' }]);
    const fallback = { m: model([deployment('a')], { fallbacks: ['f'] }), f: model([atQ('c')]) };
    const { records, headers } = await bedOf(fallback, gate).ask('m');
    expect(records).toMatchObject([{ model: 'm', deployment: 'c' }]);
    expect(headers['x-tollgate-model']).toBe('f');
    expect(entered.at(-1)).toBe('f at q');
  });

  test('goes to a fallback of the same provider, if it is for the model alone that the provider has none', async () => {
    const { gate, entered } = gateWithout('m at p');
    const models = { m: model([deployment('a')], { fallbacks: ['f'] }), f: model([deployment('c')]) };
    const { records } = await bedOf(models, gate).ask('m');
    expect(records).toMatchObject([{ model: 'm', deployment: 'c' }]);
    expect(entered).toEqual(['m at p', 'f at p']);
  });

  test('passes over a provider whose format cannot say it', async () => {
    const { gate, entered } = gateWithout('p');
    const models = { m: model([deployment('a'), atQ('mute'), { ...atQ('b'), order: 2 }]) };
    const dialectOf = ({ name, row }: Deployment): Dialect => {
      const error = { code: 'invalid_request', message: 'it has no words for this' } as const;
      return name === 'mute'
        ? { ...dialectFor(row.dialect), encodeRequest: () => ({ ok: false, error }) }
        : dialectFor(row.dialect);
    };
    const { records } = await createChatBed(models, { gate, random: () => 0, dialectOf }).ask('m');
    expect(entered).toEqual(['m at p', 'm at q']);
    expect(records).toMatchObject([{ deployment: 'b' }]);
    expect(records[0]?.choices?.[0]?.passedOver).toMatchObject([
      { deployment: 'a', reason: 'no_room' },
      { deployment: 'mute', reason: 'cannot_say' },
    ]);
  });

  test('tells of what it was too long for as well', async () => {
    const { gate } = gateWithout('p');
    const models = {
      m: model([
        { ...deployment('small'), contextTokens: 10 },
        { ...deployment('a'), contextTokens: 100_000 },
        { ...atQ('b'), contextTokens: 100_000 },
      ]),
    };
    const messages = [{ role: 'user', content: 'long '.repeat(800) }];
    const { records } = await bedOf(models, gate).ask('m', { messages });
    expect(records).toMatchObject([{ deployment: 'b' }]);
    expect(records[0]?.choices?.[0]?.passedOver).toMatchObject([
      { deployment: 'small', reason: 'too_small' },
      { deployment: 'a', reason: 'no_room' },
    ]);
  });

  test('has the name that a wildcard stands for at the other provider, too', async () => {
    const { gate } = gateWithout('p');
    const wild = {
      'x/*': model([
        { ...deployment('a'), model: '*' },
        { ...atQ('b'), model: '*' },
      ]),
    };
    const { records, headers } = await bedOf(wild, gate).ask('x/one');
    expect(records).toMatchObject([{ deployment: 'b', upstreamModel: 'one' }]);
    expect(headers['x-tollgate-model']).toBe('x/one');
  });

  test('does not go to a fallback that the key may not use', async () => {
    const { gate } = gateWithout('p');
    const models = { m: model([deployment('a')], { fallbacks: ['f'] }), f: model([atQ('c')]) };
    const { status } = await bedOf(models, gate).ask('m', { key: { secretHash: '', models: ['m'] } });
    expect(status).toBe(429);
  });

  test('gets the first refusal if no provider has room', async () => {
    const { gate, entered } = gateWithout('p', 'q');
    const { status, text, headers } = await bedOf({ m: TWO }, gate).ask('m');
    expect([status, entered.length]).toEqual([429, 2]);
    expect(text).toContain('p is full');
    expect(headers['retry-after']).toBe('9');
  });
});

test('a request that has no room for another reason is refused at once', async () => {
  const { gate, entered } = gateWithout('all');
  expect((await bedOf({ m: TWO }, gate).ask('m')).status).toBe(429);
  expect(entered).toEqual(['m at p']);
});

test('of a model with budgetFallbacks it is another provider that is asked first', async () => {
  const { gate, entered } = gateWithout('p');
  const models = {
    m: model([deployment('a'), atQ('b')], { budgetFallbacks: ['cheap'], budgetFallbackAtPercent: 90 }),
    cheap: model([atQ('c')]),
  };
  expect((await bedOf(models, gate).ask('m')).records).toMatchObject([{ deployment: 'b' }]);
  expect(entered).toEqual(['m at p', 'm at q']);
});

test('of the fallbacks that spare a budget each goes to another of its providers, before the next is asked', async () => {
  const { gate, entered } = gateWithout('p', 'm at q');
  const models = {
    m: model([atQ('a')], { budgetFallbacks: ['cheap', 'cheaper'], budgetFallbackAtPercent: 90 }),
    cheap: model([deployment('b'), atQ('c')]),
    cheaper: model([atQ('d')]),
  };
  const spent: QuotaGate = { ...gate, isNearlySpent: () => true };
  const { records } = await bedOf(models, spent).ask('m');
  expect(entered).toEqual(['cheap at p', 'cheap at q']);
  expect(records).toMatchObject([{ deployment: 'c', attemptDetails: [{ model: 'cheap', reason: 'budget_fallback' }] }]);
  expect(records[0]?.choices?.[0]?.passedOver).toEqual([
    { model: 'm', deployment: '', reason: 'nearly_spent', forMs: null },
    { model: 'cheap', deployment: 'b', reason: 'no_room', forMs: null },
  ]);
});
