import { hash } from 'node:crypto';
import { canonicalJson, type Json } from '../canonical-json.ts';
import type { SnapshotItem } from './node-config.ts';

const MODULUS_MASK = (1n << 256n) - 1n;

/**
 * A checksum of a set of items that does not depend on their order and follows puts and removes in constant time: the
 * sum of the items' SHA-256, modulo 2²⁵⁶. A snapshot and a chain of deltas that lead to the same items have the same.
 */
export type Checksum = bigint;

export const EMPTY_CHECKSUM: Checksum = 0n;

/** Entities of which nodes have nothing give no item, and change nothing. */
export const withItem = (checksum: Checksum, item: SnapshotItem | undefined): Checksum =>
  item ? withItemText(checksum, itemText(item)) : checksum;

export const withoutItem = (checksum: Checksum, item: SnapshotItem | undefined): Checksum =>
  item ? (checksum - digest(itemText(item))) & MODULUS_MASK : checksum;

/** An item as a line of a snapshot: the text that its checksum is taken over. */
export const itemText = (item: SnapshotItem): string => canonicalJson(item as unknown as Json);

/** `withItem` for whoever has the item's text anyway, which a million items of a snapshot make worthwhile. */
export const withItemText = (checksum: Checksum, text: string): Checksum => (checksum + digest(text)) & MODULUS_MASK;

/** 64 hexadecimal digits. */
export const formatChecksum = (checksum: Checksum): string => checksum.toString(16).padStart(64, '0');

const digest = (text: string): bigint => BigInt(`0x${hash('sha256', text, 'hex')}`);
