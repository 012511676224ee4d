import type { Json, LoggedEvent } from '@tollgate/schema';
import type { Selectable } from 'kysely';
import type { EventTable } from '../database/tables.ts';

/** Who changed the configuration, through what, and why; but for `owner`, equal for all events of a change set. */
export type EventMetadata = {
  readonly changeSetId: string;
  readonly actor: string;
  /** `api`, `console` or `cli`. */
  readonly source: string;
  /** Who owns the entity from this event on: the name of a document, or a source. */
  readonly owner: string;
  readonly reason?: string;
  readonly idempotencyKey?: string;
  /** The revision that a rollback went back to. */
  readonly rolledBackTo?: number;
  /** The draft that was committed, who proposed it, and who approved it. */
  readonly draftId?: string;
  readonly proposedBy?: string;
  readonly approvedBy?: readonly string[];
  /** Rules asked for approvals, and the admin token went without. */
  readonly approvalOverridden?: true;
};

/** What is equal for all events of a change set. */
export type CommitMetadata = Omit<EventMetadata, 'owner'>;

export type EventBody = { readonly type: string; readonly data: Json };

export type StoredEvent = EventBody & {
  /** Counts from 1 without a gap, in the order of commits. */
  readonly position: number;
  readonly streamId: string;
  /** Counts from 1 without a gap within the stream. */
  readonly version: number;
  /** The version of the form that `data` has; `upcast/` leads from each to the newest. */
  readonly schemaVersion: number;
  readonly metadata: EventMetadata;
  readonly recordedAt: Date;
  /** Chains the event to the one before; see `hash-chain.ts`. */
  readonly hash: string;
};

/** As it is exported and hashed: instants are ISO 8601 with milliseconds. */
export const toLoggedEvent = (event: StoredEvent): LoggedEvent => ({
  ...event,
  metadata: { ...event.metadata },
  recordedAt: event.recordedAt.toISOString(),
});

export function fromRow(row: Selectable<EventTable>): StoredEvent {
  return {
    position: row.position,
    streamId: row.stream_id,
    version: row.version,
    type: row.type,
    schemaVersion: row.schema_version,
    data: row.data,
    metadata: row.metadata as EventMetadata,
    recordedAt: row.recorded_at,
    hash: row.hash,
  };
}
