import { z } from 'zod';
import { usageRecord } from './usage-record.ts';

/** What the control plane asks of analytics over HTTP, and what it gets. Instants are ISO 8601 in UTC. */
export const usageDimensions = ['key', 'team', 'model', 'provider', 'deployment', 'revision', 'cause'] as const;
export const usageBuckets = ['minute', 'hour', 'day', 'month'] as const;

const filter = z.strictObject({
  keys: z.array(z.string()).max(1_000).optional(),
  teams: z.array(z.string()).max(1_000).optional(),
  models: z.array(z.string()).max(1_000).optional(),
  providers: z.array(z.string()).max(1_000).optional(),
});

/** How many teams, and how many keys, a question may be narrowed to. */
export const USAGE_WITHIN_MAX = 10_000;

const since = z.array(z.strictObject({ name: z.string(), sinceMs: z.int().min(0) })).max(USAGE_WITHIN_MAX);

/**
 * What whoever asks may see: what one of these teams or keys used since it was made, as its name may have been another's
 * before. Everything else that a question says narrows it further.
 */
const within = z.strictObject({ teams: since, keys: since });
export type UsageWithin = z.infer<typeof within>;

/** The longest answer of a usage query; one that would be longer is refused with what would shorten it. */
export const USAGE_ROWS_MAX = 10_000;

export const usageQuery = z.strictObject({
  from: z.iso.datetime(),
  /** Exclusive. */
  to: z.iso.datetime(),
  bucket: z.enum(usageBuckets).optional(),
  groupBy: z.array(z.enum(usageDimensions)).max(usageDimensions.length),
  filter: filter.optional(),
  within: within.optional(),
});
export type UsageQuery = z.infer<typeof usageQuery>;

const sum = z.int().min(0);

export const usageRow = z.object({
  /** The start of the time bucket; null if none was asked for. */
  bucketStart: z.string().nullable(),
  /** A value for each dimension in `groupBy`. */
  dimensions: z.partialRecord(z.enum(usageDimensions), z.string()),
  requests: sum,
  /** Requests that did not end with the cause `completed`. */
  failedRequests: sum,
  /** Requests that used tokens of a model without a known price. */
  unpricedRequests: sum,
  tokensInput: sum,
  tokensInputCached: sum,
  tokensOutput: sum,
  tokensOutputReasoning: sum,
  /** A whole number in text, because a sum may exceed what a JSON number holds exactly. */
  costNanoUsd: z.string().regex(/^-?\d+$/),
});
export type UsageRow = z.infer<typeof usageRow>;

export const requestsQuery = z.strictObject({
  filter: filter
    .extend({ causes: z.array(z.string()).max(100).optional(), ids: z.array(z.string()).max(1_000).optional() })
    .optional(),
  within: within.optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  limit: z.int().min(1).max(500),
  /** The `cursor` of the last row seen; rows come newest first. */
  after: z.string().max(200).optional(),
});
export type RequestsQuery = z.infer<typeof requestsQuery>;

/** Paths of the analytics service; both take a POST of JSON with the internal bearer token. */
export const USAGE_QUERY_PATH = '/queries/usage';
export const REQUESTS_QUERY_PATH = '/queries/requests';

export const usageAnswer = z.object({ rows: z.array(usageRow) });
export const requestsAnswer = z.object({
  rows: z.array(z.object({ cursor: z.string(), record: usageRecord })),
  hasMore: z.boolean(),
});
export type RequestsAnswer = z.infer<typeof requestsAnswer>;
