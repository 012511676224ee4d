import { type GatewayError, NO_TOKENS, type NodeQuota } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import {
  again,
  CHEAPER,
  callOf,
  DEARER,
  enter,
  OF_KEY,
  OF_ONE,
  OF_TWO,
  OUTPUT,
  reserved,
  total,
  use,
} from './entered-fixture.ts';
import { grantOf, quotaOf } from './quota-book-fixture.ts';

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

  test('does not begin once the request has ended while tokens were counted, though it needs nothing more', () => {
    let tell = () => {};
    const count = (_chat: unknown, _tokenizer: unknown, onTold: () => void) => {
      tell = onTold;
    };
    const bench = enter({}, [OF_KEY], {}, { count, known: () => undefined });
    const outcome = again(bench, callOf({ tokenizer: 'o200k_base' }), [use(bench.pass.coverage, 0, 0)]);
    bench.pass.settle(total(1, 0));
    tell();
    expect(outcome).toEqual({});
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

  test('takes room among those under way only until one of the two goes on alone', () => {
    const concurrent = quotaOf('key:k#concurrent', { unit: 'concurrent' });
    const ofOne = quotaOf('provider:one#concurrent', { unit: 'concurrent' });
    const ofTwo = quotaOf('provider:two#concurrent', { unit: 'concurrent' });
    const quotas = [concurrent, ofOne, ofTwo, requests];
    const bench = enter(Object.fromEntries(quotas.map(({ id }) => [id, 2])), quotas);
    let second = bench.pass.coverage;
    bench.pass.beside(callOf({ provider: 'two' }), (coverage) => {
      second = coverage;
      return true;
    });
    expect(quotas.map(bench.left)).toEqual([0, 1, 1, 0]);
    bench.pass.alone(second);
    expect(quotas.map(bench.left)).toEqual([1, 2, 1, 0]);
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

describe('a stream that outgrew what was reserved and broke off before the authority had answered', () => {
  /** Of a quota with `hardStop` that has no more; the rest was asked for elsewhere meanwhile. */
  function breakOff(quota: NodeQuota, others: readonly NodeQuota[] = [], granted = {}) {
    const bench = enter({ [quota.id]: 5 * reserved, ...granted }, [{ ...quota, hardStop: true }, ...others]);
    const stopped: GatewayError[] = [];
    const { coverage } = bench.pass;
    const progress = { coverage, rates: undefined, pieces: OUTPUT + 5 * reserved };
    bench.pass.progressed(progress, (error) => void stopped.push(error));
    const outcome = again(bench, { ...callOf({ provider: 'two' }), piecesBefore: 1 }, [use(coverage, 1, 1)]);
    bench.goOn(0);
    bench.answer([grantOf(quota.id, 5 * reserved, { short: 'exhausted', limit: 5 * reserved })]);
    return { stopped, outcome };
  }

  test('is not ended by a quota that does not count where it goes on', () => {
    const { stopped, outcome } = breakOff(OF_ONE, [OF_TWO]);
    expect(outcome.coverage?.quotas).toEqual([OF_TWO]);
    expect(stopped).toEqual([]);
  });

  test('is not ended by it either while the quotas of where it goes on are asked', () => {
    const { stopped, outcome } = breakOff(OF_ONE, [OF_TWO], { [OF_TWO.id]: 0 });
    expect(outcome).toEqual({});
    expect(stopped).toEqual([]);
  });

  test('is ended by one that counts all of it', () => {
    expect(breakOff(OF_KEY).stopped).toMatchObject([{ code: 'rate_limit_exceeded' }]);
  });
});
