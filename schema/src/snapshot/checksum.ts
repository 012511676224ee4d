import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../canonical-json.ts';
import type { SnapshotItem } from './node-config.ts';

const MODULUS_MASK = (1n << 256n) - 1n;

/**
 * A checksum of a set of items that does not depend on their order and follows puts and removes in constant time: the
 * sum of the items' SHA-256, modulo 2²⁵⁶. A snapshot and a chain of deltas that lead to the same items have the same.
 */
export type Checksum = bigint;

export const EMPTY_CHECKSUM: Checksum = 0n;

export const withItem = (checksum: Checksum, item: SnapshotItem): Checksum => (checksum + digest(item)) & MODULUS_MASK;

export const withoutItem = (checksum: Checksum, item: SnapshotItem): Checksum =>
  (checksum - digest(item)) & MODULUS_MASK;

/** 64 hexadecimal digits. */
export const formatChecksum = (checksum: Checksum): string => checksum.toString(16).padStart(64, '0');

function digest(item: SnapshotItem): bigint {
  const text = canonicalJson(item as unknown as Json);
  return BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
}
