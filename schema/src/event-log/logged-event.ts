import { z } from 'zod';
import type { Json } from '../canonical-json.ts';

/** Rises when a reader of an older version could misread an export. */
export const EVENT_LOG_VERSION = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const json: z.ZodType<Json> = z.json();

/** An event as the log keeps it, and as a line of an export has it. Whatever else is in it is covered by its hash too. */
export const loggedEvent = z.strictObject({
  /** Counts from 1 without a gap. */
  position: z.int().min(1),
  /** The id of the entity that it happened to. */
  streamId: z.string(),
  /** Counts from 1 without a gap within the stream. */
  version: z.int().min(1),
  type: z.string(),
  /** The version of the form that `data` has; types that changed their form are read through upcasters. */
  schemaVersion: z.int().min(1),
  data: json,
  metadata: json,
  /** ISO 8601 in UTC, with milliseconds. */
  recordedAt: z.string(),
  /** Chains the event to the one before. */
  hash: sha256,
});
export type LoggedEvent = z.infer<typeof loggedEvent>;

/**
 * An export is lines of JSON: this head, one event a line from the first, and the tail. Secrets in it are sealed or hashed,
 * as they are in the log.
 */
export const eventLogHead = z.strictObject({ tollgateEventLog: z.literal(EVENT_LOG_VERSION) });
export const eventLogTail = z.strictObject({ events: z.int().min(0), head: sha256 });
export type EventLogHead = z.infer<typeof eventLogHead>;
export type EventLogTail = z.infer<typeof eventLogTail>;
