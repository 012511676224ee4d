import { findProviderRow, type GatewayError, NO_TOKENS, type NodeQuota, type Tokenizer } from '@tollgate/schema';
import { createPriceBook } from '@tollgate/schema/price-book';
import { describe, expect, test } from 'vitest';
import { parseChatRequest } from '../chat/parse-chat-request.ts';
import { NO_COUNTS } from '../tokens/counts-fixture.ts';
import type { Coverage, CoverDeps, GateRequest } from './coverage.ts';
import { createEstimator } from './estimator.ts';
import type { AttemptUse, NextCall, Pass } from './pass.ts';
import { createBookBench, grantOf, quotaOf } from './quota-book-fixture.ts';
import { createQuotaGate } from './quota-gate.ts';

const OF_KEY = quotaOf('key:k#tokens/day');
const OF_ONE = quotaOf('provider:one#tokens/day');
const OF_TWO = quotaOf('provider:two#tokens/day');

const prices = createPriceBook();

const DEARER = 'gpt-4.1';
const CHEAPER = 'gpt-4.1-mini';
const OUTPUT = 10;

/** What of all quotas counts a request that goes to a provider: those of the provider's own name, and those of everything else. */
const countingAt = (quotas: readonly NodeQuota[], provider: string): readonly NodeQuota[] =>
  quotas.filter(({ id }) => !id.startsWith('provider:') || id.startsWith(`provider:${provider}#`));

type Call = {
  readonly provider?: string;
  readonly upstreamModel?: string;
  readonly maxTokens?: number;
  readonly tokenizer?: Tokenizer;
};

function callOf({
  provider = 'one',
  upstreamModel = DEARER,
  maxTokens = OUTPUT,
  tokenizer,
}: Call): GateRequest & NextCall {
  const messages = [{ role: 'user', content: 'Hello' }];
  const parsed = parseChatRequest(Buffer.from(JSON.stringify({ model: 'm', messages, max_tokens: maxTokens })));
  if (!parsed.ok) throw new Error(parsed.error.message);
  const row = findProviderRow('openai');
  const rates = row && prices.ratesFor(row, upstreamModel, 0);
  const call = {
    model: 'm',
    chat: parsed.request,
    upstreamModel,
    deployment: { providerName: provider, row, tokenizer },
    rates,
  };
  // The key, its grant and the route are for the scopes, which are given here.
  return { ...call, piecesBefore: 0 } as unknown as GateRequest & NextCall;
}

/** A request that was let through to provider `one`; of each quota so much was granted. */
function enter(
  granted: Readonly<Record<string, number>>,
  quotas: readonly NodeQuota[],
  call: Call = {},
  counter: CoverDeps['counter'] = NO_COUNTS,
) {
  const bench = createBookBench();
  const known = new Map(['one', 'two'].map((provider) => [provider, countingAt(quotas, provider)]));
  const estimator = createEstimator();
  const gate = createQuotaGate({
    book: bench.book,
    scopes: { of: ({ deployment }) => known.get(deployment.providerName) ?? [], isOfProvider: () => false, reset() {} },
    estimator,
    counter,
    nowMs: () => 0,
  });
  // All are asked for once, so that each is known here.
  bench.book.reserve(
    quotas,
    { nano_usd: 1, tokens: 1, requests: 1, concurrent: 1 },
    (all) => void all.settle(NONE),
    fail,
  );
  bench.pass(0);
  if (quotas.length > 0) bench.answer(quotas.map(({ id }) => grantOf(id, granted[id] ?? 1_000_000_000)));
  let pass: Pass | undefined;
  gate.enter(
    callOf(call),
    (entered) => {
      pass = entered;
    },
    fail,
  );
  if (pass === undefined) throw new Error('it waits');
  const { pass: goOn, ...rest } = bench;
  return { ...rest, goOn, pass, estimator, left: (quota: NodeQuota) => bench.book.view(quota.id)?.available };
}

const NONE = { nano_usd: 0, tokens: 0, requests: 0, concurrent: 0 };
const fail = (): never => {
  throw new Error('refused');
};

/** Asks for another attempt; the authority says of a quota that is short that there is no more. */
function again(bench: ReturnType<typeof enter>, next: NextCall, before: readonly AttemptUse[]) {
  const outcome: { coverage?: Coverage; error?: GatewayError } = {};
  bench.pass.again(
    next,
    before,
    (coverage) => Object.assign(outcome, { coverage }),
    (error) => Object.assign(outcome, { error }),
  );
  return outcome;
}

const use = (coverage: Coverage, input: number, output: number, costNanoUsd = 0): AttemptUse => ({
  coverage,
  metered: { usage: { ...NO_TOKENS, input, output }, costNanoUsd },
});

const total = (input: number, output: number, costNanoUsd = 0) => ({
  usage: { ...NO_TOKENS, input, output },
  costNanoUsd,
});

const reserved = Math.ceil(callOf({}).chat.bytes.length / 4) + OUTPUT;

describe('another attempt after those that failed', () => {
  test('is counted by the quotas of where it goes; each quota is charged with the attempts that it counts', () => {
    const bench = enter({}, [OF_KEY, OF_ONE, OF_TWO]);
    const first = bench.pass.coverage;
    const before = [use(first, 3, 0)];
    const { coverage } = again(bench, callOf({ provider: 'two' }), before);
    expect(coverage?.quotas).toEqual([OF_KEY, OF_TWO]);
    const attempts = [...before, use(coverage ?? first, 5, 7)];
    expect(bench.pass.settle(total(8, 7), attempts)).toEqual([
      { quota: OF_KEY.id, slot: 0, amount: 15 },
      { quota: OF_ONE.id, slot: 0, amount: 3 },
      { quota: OF_TWO.id, slot: 0, amount: 12 },
    ]);
    expect([OF_KEY, OF_ONE, OF_TWO].map(bench.left)).toEqual([15, 3, 12].map((spent) => 1_000_000_000 - spent));
  });

  test('is refused by a quota of where it goes, and leaves what was reserved as it is', () => {
    const bench = enter({ [OF_KEY.id]: 100, [OF_TWO.id]: reserved - 1 }, [OF_KEY, OF_ONE, OF_TWO]);
    const outcome = again(bench, callOf({ provider: 'two' }), [use(bench.pass.coverage, 0, 0)]);
    expect(outcome).toEqual({});
    bench.goOn(0);
    bench.answer([grantOf(OF_TWO.id, reserved - 1, { short: 'exhausted', limit: reserved - 1 })]);
    expect(outcome.error?.code).toBe('rate_limit_exceeded');
    expect([OF_KEY, OF_TWO].map(bench.left)).toEqual([100 - reserved, reserved - 1]);
    expect(bench.pass.settle(total(1, 0))).toMatchObject([{ quota: OF_KEY.id }, { quota: OF_ONE.id }]);
  });

  test('frees what those before had reserved of quotas that do not count it, requests under way among it', () => {
    const concurrent = quotaOf('provider:one#concurrent', { unit: 'concurrent' });
    const requests = quotaOf('provider:one#requests/day', { unit: 'requests' });
    const bench = enter({ [OF_ONE.id]: 100, [concurrent.id]: 1, [requests.id]: 5 }, [OF_ONE, concurrent, requests]);
    expect([OF_ONE, concurrent, requests].map(bench.left)).toEqual([100 - reserved, 0, 4]);
    expect(again(bench, callOf({ provider: 'two' }), [use(bench.pass.coverage, 3, 0)]).coverage).toBeDefined();
    expect([OF_ONE, concurrent, requests].map(bench.left)).toEqual([97, 1, 4]);
  });

  test('is one request with those before, for which the same is reserved once', () => {
    const requests = quotaOf('key:k#requests/day', { unit: 'requests' });
    const concurrent = quotaOf('key:k#concurrent', { unit: 'concurrent' });
    const granted = { [requests.id]: 5, [concurrent.id]: 5, [OF_KEY.id]: 100 };
    const bench = enter(granted, [requests, concurrent, OF_KEY]);
    const first = bench.pass.coverage;
    const outcome = again(bench, callOf({ provider: 'two', upstreamModel: CHEAPER }), [use(first, 0, 0)]);
    expect([requests, concurrent, OF_KEY].map(bench.left)).toEqual([4, 4, 100 - reserved]);
    const attempts = [use(first, 0, 0), use(outcome.coverage ?? first, 1, 1)];
    expect(bench.pass.settle(total(1, 1), attempts)).toMatchObject([{ amount: 1 }, { amount: 0 }, { amount: 2 }]);
    expect([requests, concurrent, OF_KEY].map(bench.left)).toEqual([4, 5, 98]);
  });

  test('that is dearer reserves the difference, and one that is cheaper frees it', () => {
    const budget = quotaOf('key:k#nano_usd/day', { unit: 'nano_usd' });
    const bench = enter({ [budget.id]: 1_000_000 }, [budget], { upstreamModel: CHEAPER });
    const cheap = 1_000_000 - (bench.left(budget) ?? 0);
    const first = bench.pass.coverage;
    again(bench, callOf({ upstreamModel: DEARER }), [use(first, 0, 0)]);
    // $2 and $8 for a million tokens against $0.4 and $1.6.
    expect(1_000_000 - (bench.left(budget) ?? 0)).toBe(5 * cheap);
    again(bench, callOf({ upstreamModel: CHEAPER }), [use(first, 0, 0), use(first, 0, 0)]);
    expect(1_000_000 - (bench.left(budget) ?? 0)).toBe(cheap);
  });

  test('of a stream that broke off reserves what it took so far and what the rest is expected to take', () => {
    const bench = enter({ [OF_KEY.id]: 1_000 }, [OF_KEY]);
    const before = [use(bench.pass.coverage, 20, 4)];
    const { coverage } = again(bench, { ...callOf({}), piecesBefore: 4 }, before);
    expect(bench.left(OF_KEY)).toBe(1_000 - 24 - reserved);
    expect(coverage?.pieces).toBe(4 + OUTPUT);
  });

  test('that is the same call as before needs nothing more, though there is nothing left and other answers were learned from', () => {
    const bench = enter({ [OF_KEY.id]: reserved }, [OF_KEY]);
    expect(bench.left(OF_KEY)).toBe(0);
    const { chat } = callOf({});
    bench.estimator.learn(bench.pass.coverage.model, chat, { ...NO_TOKENS, input: chat.bytes.length, output: 1 });
    expect(again(bench, callOf({}), [use(bench.pass.coverage, 0, 0)]).coverage).toBe(bench.pass.coverage);
  });

  test('does not begin once the request has ended, and what was reserved for it is free again', () => {
    const bench = enter({ [OF_KEY.id]: 100, [OF_TWO.id]: 0 }, [OF_KEY, OF_TWO]);
    const outcome = again(bench, callOf({ provider: 'two' }), [use(bench.pass.coverage, 0, 0)]);
    bench.pass.settle(total(1, 0));
    bench.goOn(0);
    bench.answer([grantOf(OF_TWO.id, 100)]);
    expect(outcome).toEqual({});
    expect([OF_KEY, OF_TWO].map(bench.left)).toEqual([99, 100]);
  });

  test('is counted though nothing counted the first', () => {
    const bench = enter({ [OF_TWO.id]: 100 }, [OF_TWO]);
    const first = bench.pass.coverage;
    const { coverage } = again(bench, callOf({ provider: 'two' }), [use(first, 0, 0)]);
    expect(bench.left(OF_TWO)).toBe(100 - reserved);
    const attempts = [use(first, 0, 0), use(coverage ?? first, 2, 3)];
    expect(bench.pass.settle(total(2, 3), attempts)).toEqual([{ quota: OF_TWO.id, slot: 0, amount: 5 }]);
    expect(bench.pass.headers()).toContain('x-ratelimit-limit-tokens');
  });

  test('is counted first if its deployment asks for that', () => {
    let tell = () => {};
    const count = (_chat: unknown, _tokenizer: unknown, onTold: () => void) => {
      tell = onTold;
    };
    const bench = enter({ [OF_KEY.id]: 1_000 }, [OF_KEY], {}, { count, known: () => 500 });
    const outcome = again(bench, callOf({ tokenizer: 'o200k_base' }), [use(bench.pass.coverage, 1, 0)]);
    expect(outcome).toEqual({});
    tell();
    expect(outcome.coverage).toBeDefined();
    expect(bench.left(OF_KEY)).toBe(1_000 - 1 - 500 - OUTPUT);
  });

  test('whose price is not known does not pass a budget', () => {
    const bench = enter({}, [quotaOf('key:k#nano_usd/day', { unit: 'nano_usd' })]);
    const next = callOf({ upstreamModel: 'a-model-without-a-price' });
    expect(again(bench, next, [use(bench.pass.coverage, 0, 0)]).error?.code).toBe('price_unknown');
  });
});

describe('another attempt at the same time', () => {
  const requests = quotaOf('key:k#requests/day', { unit: 'requests' });

  test('is reserved as another request of the quotas that count it, and each is charged with what it counts', () => {
    const ofOne = quotaOf('provider:one#requests/day', { unit: 'requests' });
    const ofTwo = quotaOf('provider:two#requests/day', { unit: 'requests' });
    const quotas = [requests, ofOne, ofTwo, OF_KEY, OF_TWO];
    const bench = enter(Object.fromEntries(quotas.map(({ id }) => [id, 100])), quotas);
    const first = bench.pass.coverage;
    let second = first;
    bench.pass.beside(callOf({ provider: 'two' }), (coverage) => {
      second = coverage;
      return true;
    });
    expect(quotas.map(bench.left)).toEqual([98, 99, 99, 100 - 2 * reserved, 100 - reserved]);
    const charges = bench.pass.settle(total(7, 2), [use(first, 3, 0), use(second, 4, 2)]);
    expect(Object.fromEntries(charges.map(({ quota, amount }) => [quota, amount]))).toEqual({
      [requests.id]: 2,
      [ofOne.id]: 1,
      [ofTwo.id]: 1,
      [OF_KEY.id]: 9,
      [OF_TWO.id]: 6,
    });
  });

  test('holds nothing any more once both failed and a third follows', () => {
    const concurrent = quotaOf('key:k#concurrent', { unit: 'concurrent' });
    const bench = enter({ [concurrent.id]: 5, [OF_KEY.id]: 1_000 }, [concurrent, OF_KEY]);
    const first = bench.pass.coverage;
    bench.pass.beside(callOf({}), () => true);
    expect([concurrent, OF_KEY].map(bench.left)).toEqual([3, 1_000 - 2 * reserved]);
    expect(again(bench, callOf({}), [use(first, 0, 0), use(first, 0, 0)]).coverage).toBeDefined();
    expect([concurrent, OF_KEY].map(bench.left)).toEqual([4, 1_000 - reserved]);
  });

  test('leaves nothing reserved if it is not wanted any more when there is room', () => {
    const bench = enter({ [requests.id]: 2 }, [requests]);
    bench.pass.beside(callOf({}), () => false);
    expect(bench.left(requests)).toBe(1);
  });

  test('is not made without room, nor without a price where a budget counts', () => {
    let begun = 0;
    const begin = () => {
      begun += 1;
      return true;
    };
    const full = enter({ [requests.id]: 1 }, [requests]);
    full.pass.beside(callOf({}), begin);
    full.goOn(0);
    full.answer([grantOf(requests.id, 1, { short: 'exhausted' })]);
    const spending = enter({}, [quotaOf('key:k#nano_usd/day', { unit: 'nano_usd' })]);
    spending.pass.beside(callOf({ upstreamModel: 'a-model-without-a-price' }), begin);
    expect(begun).toBe(0);
  });
});
