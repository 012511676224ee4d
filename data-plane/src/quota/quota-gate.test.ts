import {
  findProviderRow,
  GATEWAY_ERRORS,
  type GatewayError,
  NO_TOKENS,
  type NodeQuota,
  type Tokenizer,
} from '@tollgate/schema';
import { createPriceBook } from '@tollgate/schema/price-book';
import { describe, expect, test, vi } from 'vitest';
import { parseChatRequest } from '../chat/parse-chat-request.ts';
import type { HeaderList } from '../http/client-response.ts';
import { NO_COUNTS } from '../tokens/counts-fixture.ts';
import type { GateRequest } from './coverage.ts';
import { createEstimator } from './estimator.ts';
import type { Pass } from './pass.ts';
import { createBookBench, grantOf, quotaOf } from './quota-book-fixture.ts';
import { createQuotaGate, type Full } from './quota-gate.ts';

function openGate(quotas: readonly NodeQuota[], counter: Parameters<typeof createQuotaGate>[0]['counter'] = NO_COUNTS) {
  const bench = createBookBench();
  const gate = createQuotaGate({
    book: bench.book,
    scopes: { of: () => quotas, isOfProvider: (quota) => quota.id.startsWith('provider:'), reset() {} },
    estimator: createEstimator(),
    counter,
    nowMs: () => 0,
  });
  return { ...bench, gate };
}

function requestOf({
  upstreamModel = 'gpt-4.1',
  body = {},
  tokenizer = undefined as Tokenizer | undefined,
} = {}): GateRequest {
  const messages = [{ role: 'user', content: 'Hello there' }];
  const parsed = parseChatRequest(Buffer.from(JSON.stringify({ model: 'm', messages, max_tokens: 10, ...body })));
  if (!parsed.ok) throw new Error(parsed.error.message);
  const row = findProviderRow('openai');
  const deployment = { providerName: 'p', row, tokenizer };
  const rates = row && createPriceBook().ratesFor(row, upstreamModel, Date.now());
  // The key and its grant are for the scopes, which are given here.
  return { chat: parsed.request, upstreamModel, model: 'm', route: { name: 'm' }, deployment, rates } as GateRequest;
}

function enter(quotas: readonly NodeQuota[], of: Parameters<typeof requestOf>[0] = {}) {
  const bench = openGate(quotas);
  const request = requestOf(of);
  const outcome: { pass?: Pass; error?: GatewayError; headers?: HeaderList; full?: Full | undefined } = {};
  bench.gate.enter(
    request,
    (pass) => Object.assign(outcome, { pass }),
    (error, headers, full) => Object.assign(outcome, { error, headers, full }),
  );
  bench.pass(0);
  return { ...bench, outcome, request, bytes: request.chat.bytes.length };
}

const fail = (): never => {
  throw new Error('refused');
};

test('what nothing counts passes freely', () => {
  const { outcome, sent } = enter([]);
  expect(outcome.pass?.headers()).toEqual([]);
  expect(outcome.pass?.settle({ usage: NO_TOKENS, costNanoUsd: 5 })).toEqual([]);
  expect(sent).toEqual([]);
});

test('reserves an estimate, and charges what it was', () => {
  const { outcome, answer, lastItem, book, bytes } = enter([quotaOf('q')]);
  const reserved = Math.ceil(bytes / 4) + 10;
  expect(lastItem('q')).toMatchObject({ need: reserved });
  answer([grantOf('q', reserved)]);
  expect(outcome.pass?.headers()).toContain('x-ratelimit-remaining-tokens');
  expect(book.view('q')?.available).toBe(0);
  const used = { usage: { ...NO_TOKENS, input: 3, output: 4 }, costNanoUsd: 5 };
  expect(outcome.pass?.settle(used)).toEqual([{ quota: 'q', slot: 0, amount: 7 }]);
  expect(outcome.pass?.settle(used)).toEqual([]);
  expect(book.view('q')?.available).toBe(reserved - 7);
});

test('a request that was never sent is charged nothing', () => {
  const { outcome, answer, book } = enter([quotaOf('q', { unit: 'requests' })]);
  answer([grantOf('q', 1)]);
  outcome.pass?.settle({ usage: NO_TOKENS, costNanoUsd: 0, wasSent: false });
  expect(book.view('q')?.available).toBe(1);
});

test.each([
  ['rate_limit_exceeded', quotaOf('team:a#tokens/day')],
  ['budget_exceeded', quotaOf('team:a#nano_usd/day', { unit: 'nano_usd' })],
] as const)('%s refuses with 429', (code, quota) => {
  const { outcome, answer } = enter([quota]);
  answer([grantOf(quota.id, 0, { held: 100, short: 'exhausted', resetInMs: 5_000 })]);
  expect(outcome.error?.code).toBe(code);
  expect(GATEWAY_ERRORS[code].status).toBe(429);
  expect(outcome.headers?.slice(0, 2)).toEqual(['retry-after', '5']);
});

test.each<[string, NodeQuota, Full | undefined]>([
  ['a provider has no room', quotaOf('provider:p#tokens/day'), { provider: 'p', model: undefined }],
  [
    'a provider has no room for a model',
    quotaOf('provider:p#tokens/day?model=m', { model: 'm' }),
    { provider: 'p', model: 'm' },
  ],
  ['something else has no room', quotaOf('team:a#tokens/day'), undefined],
])('a refusal says that %s', (_, quota, full) => {
  const { outcome, answer } = enter([quota]);
  answer([grantOf(quota.id, 0, { held: 100, short: 'exhausted' })]);
  expect(outcome.error?.code).toBe('rate_limit_exceeded');
  expect(outcome.full).toEqual(full);
});

test('quota_unavailable refuses with 503 when the authority does not answer', () => {
  const { outcome, pass } = enter([quotaOf('team:a#tokens/day')]);
  pass(1_000);
  expect(outcome.error?.code).toBe('quota_unavailable');
  expect(GATEWAY_ERRORS.quota_unavailable.status).toBe(503);
});

test('price_unknown refuses what a budget counts and has no price; a budget in shadow mode lets it pass', () => {
  const budget = quotaOf('team:a#nano_usd/day', { unit: 'nano_usd' });
  const { outcome } = enter([budget], { upstreamModel: 'a-model-without-a-price' });
  expect(outcome.error).toMatchObject({ code: 'price_unknown', param: 'model' });
  expect(GATEWAY_ERRORS.price_unknown.status).toBe(403);
  const shadow = enter([{ ...budget, mode: 'shadow' }], { upstreamModel: 'a-model-without-a-price' });
  expect(shadow.outcome.pass).toBeDefined();
});

test('tells that a budget is nearly spent by what the authority said when it was last asked', () => {
  const budget = quotaOf('team:a#nano_usd/day', { unit: 'nano_usd' });
  expect(openGate([budget]).gate.isNearlySpent(requestOf(), 0.9)).toBe(false);
  const { gate, request, answer } = enter([quotaOf('team:a#tokens/day'), budget]);
  answer([grantOf(budget.id, 0, { held: 93, short: 'exhausted' })]);
  expect(gate.isNearlySpent(request, 0.9)).toBe(true);
  expect(gate.isNearlySpent(request, 0.95)).toBe(false);
});

test('tells what a request is expected to cost, and null without a price', () => {
  const { gate } = openGate([]);
  const request = requestOf();
  // $2 and $8 for a million tokens of gpt-4.1.
  expect(gate.expectedCost(request)).toBe(Math.ceil(request.chat.bytes.length / 4) * 2_000 + 10 * 8_000);
  expect(gate.expectedCost(requestOf({ upstreamModel: 'a-model-without-a-price' }))).toBeNull();
});

describe('what another model is expected to cost for a request', () => {
  const plain = { body: { max_tokens: undefined } };
  const input = requestOf(plain).chat.bytes.length / 4;
  const asked = requestOf({ ...plain, tokenizer: 'o200k_base' });
  const cheaper = { ...requestOf({ upstreamModel: 'gpt-4.1-mini' }), chat: asked.chat };
  const short = { usage: { ...NO_TOKENS, input, output: 50 }, costNanoUsd: 1, isTypical: true };

  /** A gate that has seen answers of 50 tokens from the model of a request. */
  function openTaught(of: GateRequest, counter?: Parameters<typeof openGate>[1]) {
    const { gate } = openGate([], counter);
    for (let nth = 0; nth < 100; nth += 1) gate.enter(of, (pass) => void pass.settle(short), fail);
    return gate;
  }

  // $2 and $8 for a million tokens against $0.4 and $1.6.
  test('is as many tokens as of that which was asked for, until it was seen itself', () => {
    const gate = openTaught(asked);
    const cost = gate.expectedCost(asked) ?? 0;
    expect(gate.expectedCost(cheaper, asked)).toBe(cost / 5);
    expect(openTaught(cheaper).expectedCost(asked, cheaper)).toBe(cost);
    expect(openTaught(cheaper).expectedCost(cheaper, asked)).toBe(cost / 5);
  });

  test('is for as many tokens as were counted', () => {
    const gate = openTaught(asked, { count: (_chat, _tokenizer, onTold) => onTold(), known: () => 1_000 });
    const [cost, other] = [gate.expectedCost(asked) ?? 0, gate.expectedCost(cheaper, asked)];
    expect(cost).toBeGreaterThan(1_000 * 2_000);
    expect(other).toBe(cost / 5);
  });
});

describe('a deployment that asks for a count', () => {
  const tokens = quotaOf('q');

  function enterCounted(quotas: readonly NodeQuota[], counted: number | undefined) {
    let tell: (() => void) | undefined;
    const count = vi.fn((_chat: unknown, _tokenizer: unknown, onTold: () => void) => {
      tell = onTold;
    });
    const bench = openGate(quotas, { count, known: () => (tell === undefined ? undefined : counted) });
    const request = requestOf({ tokenizer: 'o200k_base' });
    const outcome: { pass?: Pass; error?: GatewayError } = {};
    bench.gate.enter(
      request,
      (pass) => Object.assign(outcome, { pass }),
      (error) => Object.assign(outcome, { error }),
    );
    const told = () => {
      tell?.();
      bench.pass(0);
    };
    return { ...bench, count, outcome, request, told };
  }

  test('reserves what was counted, once it was', () => {
    const { lastItem, pass, told } = enterCounted([tokens], 9);
    pass(0);
    expect(lastItem('q')).toBeUndefined();
    told();
    expect(lastItem('q')).toMatchObject({ need: 9 + 10 });
  });

  test('reserves an estimate if it could not be counted', () => {
    const { lastItem, request, told } = enterCounted([tokens], undefined);
    told();
    expect(lastItem('q')).toMatchObject({ need: Math.ceil(request.chat.bytes.length / 4) + 10 });
  });

  test('is not counted where only requests are, nor if it has no price for a budget', () => {
    for (const unit of ['requests', 'concurrent'] as const) {
      const { count, answer, outcome, pass } = enterCounted([quotaOf('q', { unit })], 9);
      pass(0);
      answer([grantOf('q', 1)]);
      expect(outcome.pass).toBeDefined();
      expect(count).not.toHaveBeenCalled();
    }
    expect(enterCounted([], 9).outcome.pass?.coverage.quotas).toEqual([]);
  });
});
