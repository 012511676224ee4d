import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PriceOverrideConfig } from '../snapshot/node-config.ts';
import { NO_TOKENS } from '../usage/token-usage.ts';
import { costNanoUsd } from './cost.ts';
import { overriddenRates } from './overridden-rates.ts';
import type { Rates } from './rates.ts';

const rate = (base: bigint, ...tiers: Rates['input']['tiers']) => ({ base, tiers });
const LISTED: Rates = {
  source: 'list',
  input: rate(2_000_000n, { inputTokensAbove: 1_000, rate: 4_000_000n }),
  output: rate(8_000_000n),
};
const USAGE = { ...NO_TOKENS, input: 600, inputCached: 100, output: 100 };

const ratesUnder = (more: Partial<PriceOverrideConfig>, known: Rates | undefined = LISTED) =>
  overriddenRates('contract', { model: 'm', ...more }, known);
const costUnder = (more: Partial<PriceOverrideConfig>, usage = USAGE) => {
  const rates = ratesUnder(more);
  if (rates === undefined) throw new Error('no rates');
  return costNanoUsd(usage, rates);
};

describe('an override', () => {
  test('is named as the source of the price', () => {
    expect(ratesUnder({ discountPercent: 1 })?.source).toBe('override:contract');
  });

  test('with prices needs no listed ones, and charges what it leaves out as its parent', () => {
    const prices = { input: 1_000_000, output: 3_000_000, inputCached: 500_000 };
    const rates = ratesUnder({ prices }, undefined);
    if (rates === undefined) throw new Error('no rates');
    expect(costNanoUsd({ ...USAGE, inputAudio: 200, outputAudio: 10 }, rates)).toBe(
      500 * 1 + 100 * 0.5 + 100 * 3, // the audio is part of the input and the output
    );
    expect(costNanoUsd({ ...USAGE, input: 2_000, inputCached: 0 }, rates)).toBe(2_000 + 300);
  });

  test('that makes a model free gives a cost of nothing, which is not unpriced', () => {
    expect(costUnder({ prices: { input: 0, output: 0 } })).toBe(0);
    expect(costUnder({ discountPercent: 100 })).toBe(0);
  });

  test('without prices changes the listed ones, tier by tier, and an unknown price stays unknown', () => {
    expect(costUnder({ discountPercent: 15 })).toBe((600 * 2 + 100 * 8) * 0.85);
    expect(costUnder({ marginPercent: 20 }, { ...NO_TOKENS, input: 2_000 })).toBe(2_000 * 4 * 1.2);
    expect(overriddenRates('contract', { model: 'm', discountPercent: 15 }, undefined)).toBeUndefined();
  });

  test('takes the discount off first and puts the margin on what is left', () => {
    expect(costUnder({ discountPercent: 50, marginPercent: 10 })).toBe((600 * 2 + 100 * 8) * 0.55);
  });

  test('is rounded once, half up, at the end', () => {
    const prices = { input: 500_000, output: 500_000 };
    // Each of the two is 0.425 nano-USD; rounded by itself it would be nothing.
    expect(costUnder({ prices, discountPercent: 15 }, { ...NO_TOKENS, input: 1, output: 1 })).toBe(1);
    expect(
      costUnder({ prices: { input: 1_000_000, output: 0 }, discountPercent: 50 }, { ...NO_TOKENS, input: 1 }),
    ).toBe(1);
    expect(
      costUnder({ prices: { input: 1_000_000, output: 0 }, discountPercent: 50.000001 }, { ...NO_TOKENS, input: 1 }),
    ).toBe(0);
  });

  test('is exact for any declared percentages: what whole arithmetic gives, to the nano-USD', () => {
    const millionths = (max: number) => fc.nat(max * 1_000_000);
    fc.assert(
      fc.property(
        millionths(100),
        millionths(1_000),
        fc.nat(1_000_000),
        fc.nat(1_000_000),
        (off, on, input, output) => {
          const cost = costUnder(
            { discountPercent: off / 1_000_000, marginPercent: on / 1_000_000 },
            { ...NO_TOKENS, input, output },
          );
          const inputRate = input > 1_000 ? 4n : 2n;
          const exact =
            (BigInt(input) * inputRate + BigInt(output) * 8n) * BigInt(100_000_000 - off) * BigInt(100_000_000 + on);
          const whole = 10n ** 16n;
          expect(BigInt(cost)).toBe((exact + whole / 2n) / whole);
        },
      ),
    );
  });

  test('however dear, gives a cost, as a request has to be settled', () => {
    const prices = { input: Number.MAX_SAFE_INTEGER, output: Number.MAX_SAFE_INTEGER };
    expect(costUnder({ prices, marginPercent: 1_000 }, { ...NO_TOKENS, input: 1_000_000_000 })).toBe(
      Number.MAX_SAFE_INTEGER,
    );
  });
});
