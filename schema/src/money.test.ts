import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatUsd, parseMoney, parseUsd, toNanoUsd } from './money.ts';

describe('money', () => {
  test('a written amount reads back as the same amount, for every amount', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (nano) => parseUsd(formatUsd(nano)) === nano));
  });

  test('a decimal with up to nine places is read without rounding', () => {
    fc.assert(
      fc.property(fc.nat(9_000_000), fc.nat(999_999_999), (dollars, nano) => {
        expect(parseUsd(`${dollars}.${String(nano).padStart(9, '0')}`)).toBe(dollars * 1_000_000_000 + nano);
      }),
    );
  });

  test.each(['', '-1', '1.', '.5', '1e3', '1.0000000001', '99999999999', '1,5', '0x10', ' '])(
    '%j is no amount',
    (text) => {
      expect(parseUsd(text)).toBeUndefined();
    },
  );

  test('a negative sum is written with its sign', () => {
    expect(formatUsd(-1_500_000_000n)).toBe('-1.5');
  });

  test('what is not exact is refused rather than rounded', () => {
    expect(() => toNanoUsd(0.5)).toThrow(RangeError);
    expect(() => toNanoUsd(2n ** 60n)).toThrow(RangeError);
  });

  test('money is read with its currency, and nothing is guessed without one', () => {
    expect(parseMoney('25 USD')).toBe(25_000_000_000);
    expect(parseMoney('0.05 USD')).toBe(50_000_000);
    for (const text of ['25', '25USD', '25 EUR', '-1 USD', '1. USD', '0.0000000001 USD', ' 1 USD'])
      expect(parseMoney(text)).toBeUndefined();
  });
});
