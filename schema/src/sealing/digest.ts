import { createHmac } from 'node:crypto';
import type { DataKey } from './data-key.ts';

/**
 * A keyed digest (HMAC-SHA-256, hexadecimal) of a text that must not be stored: equal texts for the same purpose have
 * equal digests, and nobody without the data key can try texts against it.
 */
export function digestText(dataKey: DataKey, purpose: string, text: string): string {
  return createHmac('sha256', dataKey.nonceKey).update(`digest\0${purpose}\0${text}`).digest('hex');
}
