/** What a rate limit counts. `concurrent` are requests under way at the same time. */
export const quantityUnits = ['requests', 'tokens', 'concurrent'] as const;
export type QuantityUnit = (typeof quantityUnits)[number];
export type Quantity = { readonly count: number; readonly unit: QuantityUnit };

const QUANTITY = /^(\d{1,16}) (requests|tokens|concurrent)$/;

/**
 * Reads a count with its unit, such as `600 requests`, `500000 tokens` or `10 concurrent`.
 * @returns undefined if the text is none, or too large to count exactly
 */
export function parseQuantity(text: string): Quantity | undefined {
  const match = QUANTITY.exec(text);
  const count = Number(match?.[1]);
  return match && Number.isSafeInteger(count) ? { count, unit: match[2] as QuantityUnit } : undefined;
}
