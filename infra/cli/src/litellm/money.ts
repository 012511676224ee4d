import type { ConfigNode } from './source/config-node.ts';
import { numberTextOf } from './source/scalars.ts';

const DECIMALS_MAX = 9;

/**
 * A price or budget of the input as a decimal text, exactly: binary numbers would round it.
 * @param shift by how many places it is made larger: 6 makes a price of a token one of a million
 * @returns undefined if it is no amount, below nothing, or has more than nine decimals
 */
export function amountOf(node: ConfigNode | undefined, shift = 0): string | undefined {
  const text = numberTextOf(node) ?? '';
  const [, whole = '', fraction = '', exponent = '0'] = /^\+?(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i.exec(text) ?? [];
  if (whole + fraction === '') return undefined;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent) + shift;
  const padded = point < 0 ? '0'.repeat(-point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 0);
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, '') || '0';
  const decimals = padded.slice(at).replace(/0+$/, '');
  if (decimals.length > DECIMALS_MAX || integer.length > 15) return undefined;
  return decimals === '' ? integer : `${integer}.${decimals}`;
}
