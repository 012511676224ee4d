import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '@tollgate/schema';
import type { StoredEvent } from './stored-event.ts';

/** Stands for the event before the first. */
export const GENESIS_HASH = '0'.repeat(64);

/**
 * SHA-256, in hexadecimal, over the hash of the event before and the canonical JSON of this one, instants as ISO 8601
 * with milliseconds. A change to any event changes every hash from there on.
 */
export function chainHash(previousHash: string, event: Omit<StoredEvent, 'hash'>): string {
  const { position, streamId, version, type, data, metadata, recordedAt } = event;
  const body: Json = {
    position,
    streamId,
    version,
    type,
    data,
    metadata: { ...metadata },
    recordedAt: recordedAt.toISOString(),
  };
  return createHash('sha256').update(previousHash).update(canonicalJson(body)).digest('hex');
}

export type ChainVerdict =
  | { readonly ok: true; readonly events: number; readonly head: string }
  /** `position` is the first that is missing, out of order, or does not match its hash. */
  | { readonly ok: false; readonly position: number; readonly reason: 'gap' | 'hash' };

/**
 * Proves that the events are the whole log from its first, unchanged and in order. It needs nothing but the events, so
 * that an export can be verified offline; keep the `head` elsewhere to notice a log that was cut off at its end.
 */
export function verifyChain(events: Iterable<StoredEvent>): ChainVerdict {
  let head = GENESIS_HASH;
  let count = 0;
  for (const event of events) {
    if (event.position !== count + 1) return { ok: false, position: count + 1, reason: 'gap' };
    head = chainHash(head, event);
    if (event.hash !== head) return { ok: false, position: event.position, reason: 'hash' };
    count += 1;
  }
  return { ok: true, events: count, head };
}
