import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';
import type { LoggedEvent } from './logged-event.ts';

/** Stands for the event before the first. */
export const GENESIS_HASH = '0'.repeat(64);

/**
 * SHA-256, in hexadecimal, over the hash of the event before and the canonical JSON of this one. A change to any event
 * changes every hash from there on.
 */
export function chainHash(previousHash: string, event: Omit<LoggedEvent, 'hash'>): string {
  const { position, streamId, version, type, schemaVersion, data, metadata, recordedAt } = event;
  const body = { position, streamId, version, type, schemaVersion, data, metadata, recordedAt };
  return createHash('sha256').update(previousHash).update(canonicalJson(body)).digest('hex');
}
