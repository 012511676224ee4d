import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findProviderRow } from '../catalogue/catalogue.ts';
import { NO_TOKENS, type TokenUsage } from '../usage/token-usage.ts';
import { costNanoUsd } from './cost.ts';
import { createPriceBook } from './price-book.ts';

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const book = createPriceBook();
const row = (type: string) => {
  const found = findProviderRow(type);
  if (!found) throw new Error(`no row ${type}`);
  return found;
};
const rates = (type: string, model: string) => {
  const found = book.ratesFor(row(type), model, NOW_MS);
  if (!found) throw new Error(`no price for ${model}`);
  return found;
};

describe('the price book', () => {
  test('a model without a known price has no rates, rather than rates of zero', () => {
    expect(book.ratesFor(row('openai'), 'no-such-model', NOW_MS)).toBeUndefined();
    expect(book.ratesFor(row('vllm'), 'gpt-4.1', NOW_MS)).toBeUndefined();
  });

  test('knows how many tokens a model takes, where its source does', () => {
    expect(book.contextTokens(row('openai'), 'gpt-4', NOW_MS)).toBe(8_192);
    expect(book.contextTokens(row('anthropic'), 'claude-sonnet-4-5', NOW_MS)).toBe(200_000);
    expect(book.contextTokens(row('openai'), 'no-such-model', NOW_MS)).toBeUndefined();
    expect(book.contextTokens(row('mock'), 'gpt-4', NOW_MS)).toBeUndefined();
  });

  test('rates name their source', () => {
    expect(rates('openai', 'gpt-4.1').source).toMatch(/^genai-prices@\d/);
    expect(rates('mock', 'anything').source).toBe('catalogue:mock');
  });
});

describe('the cost of a request', () => {
  test('gpt-4.1: input, cached input and output at 2, 0.5 and 8 USD per million', () => {
    const usage = { ...NO_TOKENS, input: 1_000, inputCached: 400, output: 100 };
    expect(costNanoUsd(usage, rates('openai', 'gpt-4.1'))).toBe(600 * 2_000 + 400 * 500 + 100 * 8_000);
  });

  test('above the long-context threshold all tokens are charged at the higher tier', () => {
    const model = rates('anthropic', 'claude-sonnet-4-5');
    expect(costNanoUsd({ ...NO_TOKENS, input: 200_000 }, model)).toBe(200_000 * 3_000);
    expect(costNanoUsd({ ...NO_TOKENS, input: 200_001, output: 10 }, model)).toBe(200_001 * 6_000 + 10 * 22_500);
  });

  test('fractions of a nano-USD are rounded once, half up', () => {
    const half = { source: 'test', input: { base: 500_000n, tiers: [] }, output: { base: 400_000n, tiers: [] } };
    expect(costNanoUsd({ ...NO_TOKENS, input: 1 }, half)).toBe(1);
    expect(costNanoUsd({ ...NO_TOKENS, output: 1 }, half)).toBe(0);
    expect(costNanoUsd({ ...NO_TOKENS, input: 1, output: 1 }, half)).toBe(1);
  });

  test('it agrees with the price source’s own calculation to within its floating point', () => {
    const model = rates('anthropic', 'claude-sonnet-4-5');
    const usages = fc.record({
      plain: fc.nat(400_000),
      cached: fc.nat(50_000),
      write: fc.nat(50_000),
      write1h: fc.nat(50_000),
      output: fc.nat(50_000),
    });
    fc.assert(
      fc.property(usages, ({ plain, cached, write, write1h, output }) => {
        const usage: TokenUsage = {
          ...NO_TOKENS,
          input: plain + cached + write + write1h,
          inputCached: cached,
          inputCacheWrite: write,
          inputCacheWrite1h: write1h,
          output,
        };
        const theirs = calcPrice(
          {
            input_tokens: usage.input,
            cache_read_tokens: cached,
            cache_write_tokens: write + write1h,
            cache_write_1h_tokens: write1h,
            output_tokens: output,
          },
          'claude-sonnet-4-5',
          { providerId: 'anthropic', timestamp: new Date(NOW_MS) },
        );
        expect(Math.abs(costNanoUsd(usage, model) - (theirs?.total_price ?? 0) * 1e9)).toBeLessThan(1);
      }),
    );
  });

  test('a provider that reports more cached tokens than input is never paid for it', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000),
        fc.nat(1_000),
        (input, inputCached) => costNanoUsd({ ...NO_TOKENS, input, inputCached }, rates('openai', 'gpt-4.1')) >= 0,
      ),
    );
  });
});
