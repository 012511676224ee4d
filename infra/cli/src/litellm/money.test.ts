import { parseUsd } from '@tollgate/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountOf } from './money.ts';

const amount = (text: string, shift = 0) => amountOf({ kind: 'text', text, isPlain: true }, shift);

describe('amountOf', () => {
  it.each([
    ['0.0000025', 6, '2.5'],
    ['1.5e-5', 6, '15'],
    ['2e-06', 6, '2'],
    ['8.0E-6', 6, '8'],
    ['0.00000015', 6, '0.15'],
    ['0', 6, '0'],
    ['0.0', 0, '0'],
    ['.5', 0, '0.5'],
    ['100.0', 0, '100'],
    ['1_000', 0, '1000'],
    ['1e3', 0, '1000'],
  ])('reads %s, made larger by %i places, as %s', (text, shift, expected) => {
    expect(amount(text, shift)).toBe(expected);
  });

  it.each(['', 'free', '-1', '1e-10', '0.0000000001', '1e30', '1e999', 'NaN', '.inf', '1,5', '0x10'])(
    'refuses %s rather than round or guess',
    (text) => {
      expect(amount(text)).toBeUndefined();
    },
  );

  it('is exact to the digit: a price of a token times a million is the price of a million', () => {
    const digits = fc.stringMatching(/^[1-9]\d{0,5}$/);
    fc.assert(
      fc.property(digits, fc.integer({ min: -9, max: 0 }), (mantissa, exponent) => {
        const expected = BigInt(mantissa) * 10n ** BigInt(exponent + 9);
        expect(parseUsd(amount(`${mantissa}e${exponent - 6}`, 6) ?? '')).toBe(Number(expected));
      }),
    );
  });
});
