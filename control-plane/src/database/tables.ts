import type { EntityKind, Json } from '@tollgate/schema';
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { TokenScope } from '../access/scopes.ts';
import type { ChangeSource } from '../change-set/change-request.ts';

/** JSON is written as text and read back parsed. */
type Jsonb<Value> = ColumnType<Value, string, string>;

/** The log: one row per thing that happened, in the order in which it was committed. */
export type EventTable = {
  readonly position: number;
  readonly stream_id: string;
  readonly version: number;
  readonly type: string;
  /** The version of the form that `data` has. */
  readonly schema_version: number;
  readonly data: Jsonb<Json>;
  readonly metadata: Jsonb<Json>;
  readonly recorded_at: Date;
  readonly hash: string;
};

/**
 * The configuration at every revision: a projection of the log, written in the transaction that appends to it. A row holds
 * from `valid_from` until before `valid_until`; null means that it holds now.
 */
export type EntityTable = {
  readonly kind: EntityKind;
  readonly name: string;
  readonly valid_from: number;
  readonly valid_until: number | null;
  readonly version: number;
  readonly state: Jsonb<Json>;
  readonly owner: string;
  /** The revision since which it belongs to that owner, and when that was. */
  readonly owned_since: number;
  readonly owned_at: Date;
  readonly changed_by: string;
  readonly change_source: string;
  /** Ids of the entities that it refers to, such as `team:search`. */
  readonly refs: readonly string[];
  /** Ids of those that it names and that need not exist, such as models in a list. */
  readonly mentions: readonly string[];
  /** Those of them that it belongs to: its organization, team or project. */
  readonly parents: readonly string[];
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

/** One row: the version of what is projected from the log. */
export type ProjectionTable = {
  readonly singleton: Generated<boolean>;
  readonly version: number;
  readonly built_at: Date;
};

/** What became of a request that is to be carried out once, for a day. */
export type IdempotentAnswerTable = {
  readonly actor: string;
  readonly key: string;
  /** Counts up, so that the oldest can be told. */
  readonly place: GeneratedAlways<number>;
  readonly fingerprint: string;
  /** Null if there was nothing to change. */
  readonly change_set_id: string | null;
  readonly revision: number;
  readonly answered_at: Date;
};

/** Changes that somebody proposed. */
export type DraftTable = {
  readonly id: string;
  readonly title: string;
  readonly proposed_by: string;
  readonly source: ChangeSource;
  readonly proposed_at: Date;
  readonly expires_at: Date;
  /** The revision since which nothing that it touches may have changed. */
  readonly base_revision: number;
  /** What is proposed, sealed; null once it is closed. */
  readonly sealed: string | null;
  readonly status: 'open' | 'committed' | 'discarded' | 'expired';
  readonly closed_by: string | null;
  readonly closed_at: Date | null;
  /** The revision that it was committed as. */
  readonly revision: number | null;
};

export type DraftApprovalTable = {
  readonly draft_id: string;
  readonly approver: string;
  readonly approved_at: Date;
};

/** At most one row: the hash of the admin token that was made at the first start. */
export type AdminTokenTable = {
  readonly singleton: Generated<boolean>;
  readonly hash: string;
  readonly created_at: Date;
};

/** A process of the control plane; it renews `seen_at` every few seconds while it lives. */
export type ReplicaTable = {
  readonly id: string;
  readonly version: string;
  /** Ids of the sealing keys that it accepts, the current one first. */
  readonly sealing_keys: readonly string[] | null;
  readonly started_at: Date;
  readonly seen_at: Date;
};

/** A node of the data plane as the replica that holds, or last held, its link knows it. */
export type NodeTable = {
  readonly node_id: string;
  readonly address: string;
  readonly version: string | null;
  /** Ids of the sealing keys that it accepts, the current one first. */
  readonly sealing_keys: readonly string[] | null;
  readonly replica_id: string;
  /** Tells two links of one node apart. */
  readonly link_id: string;
  /** What the node last said it enforces, with the checksum of what it has. */
  readonly revision: number;
  readonly checksum: string;
  readonly connected_at: Date;
  readonly acknowledged_at: Date | null;
  /** Null while the link is up. */
  readonly left_at: Date | null;
  readonly last_error: string | null;
};

/** The hash of a user's password. */
export type PasswordTable = {
  readonly user_name: string;
  readonly hash: string;
  readonly changed_at: Date;
};

/** With the token of such a row its user sets a password, once. */
export type PasswordSetupTable = {
  readonly token_hash: string;
  readonly user_name: string;
  readonly created_by: string;
  readonly created_at: Date;
  readonly expires_at: Date;
};

/** A user who is signed in. */
export type SessionTable = {
  readonly id: string;
  readonly token_hash: string;
  readonly user_name: string;
  readonly method: 'password' | 'oidc';
  readonly address: string;
  readonly user_agent: string;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly expires_at: Date;
};

/** A bearer token of a service account. */
export type ServiceTokenTable = {
  readonly id: string;
  readonly token_hash: string;
  readonly service_account: string;
  readonly scopes: TokenScope[];
  readonly description: string;
  readonly created_by: string;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
};

/** Whom an identity provider's subject is here, since the first sign-in with the e-mail address that is hashed. */
export type OidcLinkTable = {
  readonly issuer: string;
  readonly subject: string;
  readonly user_name: string;
  readonly email_hash: string;
  readonly linked_at: Date;
};

/** When the attempts of a hashed account or address are all there again. */
export type SignInThrottleTable = {
  readonly subject: string;
  readonly spent_until: Date;
};

/** The data key of an entity with secret or personal fields. It is not in the log: deleting the row makes those unreadable. */
export type DataKeyTable = {
  readonly id: string;
  /** The id of the entity, such as `provider:openai`. */
  readonly owner: string;
  /** Encrypted with one or more sealing keys, each under that key's id. */
  readonly wraps: Jsonb<Readonly<Record<string, string>>>;
  readonly created_at: Date;
};

/** Finds entities by a personal field: a keyed digest of what stands in it. */
export type PersonalDigestTable = {
  readonly owner: string;
  readonly field: string;
  readonly digest: string;
};

/** A run of a process that spends quotas; `seq` numbers its messages. */
export type QuotaHolderTable = {
  readonly holder: string;
  readonly node_id: string;
  readonly seq: number;
  readonly seen_at: Date;
  /** When its node said that it is over, or an operator gave it up. */
  readonly ended_at: Date | null;
  /** How many usage records it made, once all of them were shipped. */
  readonly last_seq: number | null;
  /** Since when its leases have what its records say. */
  readonly settled_at: Date | null;
};

/** What a holder was granted in a slot of a quota, and what became of it; amounts in the quota's unit. */
export type QuotaLeaseTable = {
  readonly quota_id: string;
  /** The slot's begin, milliseconds since 1970. */
  readonly slot: number;
  readonly holder: string;
  readonly granted: number;
  readonly returned: number;
  readonly spent: number;
  /** By requests under way, when the holder last said it. */
  readonly reserved: number;
  /** Requests that shadow mode would have refused. */
  readonly refused: number;
  /** Whether its last report was taken. */
  readonly closed: boolean;
  readonly seen_at: Date;
  /** How many usage records the holder had made when it reported; null if it does not tell. */
  readonly recorded: number | null;
};

/** What of a slot is in no lease. */
export type QuotaSlotTable = {
  readonly quota_id: string;
  readonly slot: number;
  readonly settled: number;
  readonly refused: number;
  readonly adjusted: number;
};

/** How the authority last compared to the usage records; what it counted more than they say, in the quota's unit. */
export type QuotaCheckTable = {
  readonly quota_id: string;
  readonly drift: number;
  readonly checked_at: Date;
};

/** When a replica last began what one of them does for all. */
export type QuotaJobTable = { readonly name: string; readonly started_at: Date };

export type Tables = {
  readonly quota_holder: QuotaHolderTable;
  readonly quota_lease: QuotaLeaseTable;
  readonly quota_slot: QuotaSlotTable;
  readonly quota_check: QuotaCheckTable;
  readonly quota_job: QuotaJobTable;
  readonly event: EventTable;
  readonly entity: EntityTable;
  readonly revision: RevisionTable;
  readonly projection: ProjectionTable;
  readonly idempotent_answer: IdempotentAnswerTable;
  readonly draft: DraftTable;
  readonly draft_approval: DraftApprovalTable;
  readonly admin_token: AdminTokenTable;
  readonly password: PasswordTable;
  readonly password_setup: PasswordSetupTable;
  readonly session: SessionTable;
  readonly service_token: ServiceTokenTable;
  readonly oidc_link: OidcLinkTable;
  readonly sign_in_throttle: SignInThrottleTable;
  readonly data_key: DataKeyTable;
  readonly personal_digest: PersonalDigestTable;
  readonly replica: ReplicaTable;
  readonly node: NodeTable;
};
