/**
 * A sealed spool segment: the unit that is shipped, inserted and deduplicated. Its bytes never change once it is sealed,
 * so that sending it again is always sending the same.
 */
export type UsageSegment = {
  /** `<node id>.<boot id>.<number>`; unique, and the token by which ClickHouse drops a repeated insert. */
  readonly id: string;
  /** One `UsageRecord` as JSON a line, each line ended by `\n`; at most 1 MiB. */
  readonly body: Buffer;
};

/** Brings segments to the ingester: through Kafka, or straight over HTTP. */
export type UsageTransport = {
  /** Resolves once the segment is safe with the receiver; rejects if that is not known. Sending it again is harmless. */
  send(segment: UsageSegment): Promise<void>;
  close(): Promise<void>;
};

export const USAGE_TOPIC = 'tollgate.usage.v1';
/** The Kafka message's header, and the HTTP request's, that holds the segment's id. */
export const SEGMENT_ID_HEADER = 'x-tollgate-segment';
export const SEGMENT_BYTES_MAX = 1_048_576;
/** Where the ingester takes segments over HTTP. */
export const SEGMENT_PATH = '/segments';
