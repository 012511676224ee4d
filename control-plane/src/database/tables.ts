import type { EntityKind, Json } from '@tollgate/schema';
import type { ColumnType, Generated } from 'kysely';

/** JSON is written as text and read back parsed. */
type Jsonb<Value> = ColumnType<Value, string, string>;

/** The log: one row per thing that happened, in the order in which it was committed. */
export type EventTable = {
  readonly position: number;
  readonly stream_id: string;
  readonly version: number;
  readonly type: string;
  readonly data: Jsonb<Json>;
  readonly metadata: Jsonb<Json>;
  readonly recorded_at: Date;
  readonly hash: string;
};

/** The configuration as it stands: a projection of the log, written in the transaction that appends to it. */
export type EntityTable = {
  readonly kind: EntityKind;
  readonly name: string;
  readonly version: number;
  readonly revision: number;
  readonly state: Jsonb<Json>;
  readonly created_at: Date;
  readonly updated_at: Date;
};

/** One row per committed change set, with the checksum of the whole configuration after it. */
export type RevisionTable = {
  readonly revision: number;
  readonly checksum: string;
  readonly change_set_id: string;
  readonly actor: string;
  readonly source: string;
  readonly reason: string | null;
  readonly committed_at: Date;
};

/** At most one row: the hash of the admin token that was made at the first start. */
export type AdminTokenTable = {
  readonly singleton: Generated<boolean>;
  readonly hash: string;
  readonly created_at: Date;
};

export type Tables = {
  readonly event: EventTable;
  readonly entity: EntityTable;
  readonly revision: RevisionTable;
  readonly admin_token: AdminTokenTable;
};
