/**
 * Money is a whole number of nano-USD (10⁻⁹ USD) in a JavaScript number, exact up to
 * ±9,007,199 USD. Sums over many records belong in ClickHouse (Int64) or in a bigint.
 */
export type NanoUsd = number & { readonly __unit: 'nano_usd' };

const NANO_PER_USD = 1_000_000_000n;
const MONEY = /^(\d[\d.]*) USD$/;
const USD_AMOUNT = /^(\d{1,16})(?:\.(\d{1,9}))?$/;

/** @throws RangeError if the value is not a safe integer. */
export function toNanoUsd(value: number | bigint): NanoUsd {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new RangeError(`${value} is not a whole, exactly representable number of nano-USD`);
  return number as NanoUsd;
}

/**
 * Reads a decimal amount of US dollars, such as `25` or `0.05`, without rounding.
 * @returns nano-USD, or undefined if the text is no such amount (at most nine decimals) or too large.
 */
export function parseUsd(text: string): NanoUsd | undefined {
  const match = USD_AMOUNT.exec(text.trim());
  if (!match) return undefined;
  const nano = BigInt(match[1] ?? '0') * NANO_PER_USD + BigInt((match[2] ?? '').padEnd(9, '0'));
  return nano <= BigInt(Number.MAX_SAFE_INTEGER) ? toNanoUsd(nano) : undefined;
}

/**
 * Reads money with its currency, such as `25 USD` or `0.05 USD`, as documents write it.
 * @returns nano-USD, or undefined if the text is no such amount
 */
export function parseMoney(text: string): NanoUsd | undefined {
  const match = MONEY.exec(text);
  return match?.[1] === undefined ? undefined : parseUsd(match[1]);
}

/** Writes nano-USD as a decimal amount of US dollars: no exponent, no trailing zeros, `0.0000375`. */
export function formatUsd(nano: number | bigint): string {
  const value = BigInt(nano);
  const magnitude = value < 0n ? -value : value;
  const fraction = (magnitude % NANO_PER_USD).toString().padStart(9, '0').replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${magnitude / NANO_PER_USD}${fraction ? `.${fraction}` : ''}`;
}
