import type { Json } from '@tollgate/schema';
import type { Selectable } from 'kysely';
import type { EventTable } from '../database/tables.ts';

/** Who changed the configuration, through what, and why; equal for all events of a change set. */
export type EventMetadata = {
  readonly changeSetId: string;
  readonly actor: string;
  readonly source: string;
  readonly reason?: string;
};

export type EventBody = { readonly type: string; readonly data: Json };

export type StoredEvent = EventBody & {
  /** Counts from 1 without a gap, in the order of commits. */
  readonly position: number;
  readonly streamId: string;
  /** Counts from 1 without a gap within the stream. */
  readonly version: number;
  readonly metadata: EventMetadata;
  readonly recordedAt: Date;
  /** Chains the event to the one before; see `hash-chain.ts`. */
  readonly hash: string;
};

export function fromRow(row: Selectable<EventTable>): StoredEvent {
  return {
    position: row.position,
    streamId: row.stream_id,
    version: row.version,
    type: row.type,
    data: row.data,
    metadata: row.metadata as EventMetadata,
    recordedAt: row.recorded_at,
    hash: row.hash,
  };
}
