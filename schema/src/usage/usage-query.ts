import { z } from 'zod';
import { usageRecord } from './usage-record.ts';

/** What the control plane asks of analytics over HTTP, and what it gets. Instants are ISO 8601 in UTC. */
export const usageDimensions = [
  'key',
  'organization',
  'team',
  'project',
  'user',
  'customer',
  'endUser',
  'model',
  'provider',
  'deployment',
  'revision',
  'cause',
] as const;
export const usageBuckets = ['minute', 'hour', 'day', 'month'] as const;

const anyOf = z.array(z.string()).max(1_000).optional();

const filter = z.strictObject({
  keys: anyOf,
  organizations: anyOf,
  teams: anyOf,
  projects: anyOf,
  users: anyOf,
  customers: anyOf,
  endUsers: anyOf,
  models: anyOf,
  providers: anyOf,
});

/** How many names a list of those may have to whom a question is narrowed. */
export const USAGE_WITHIN_MAX = 10_000;

/** Names, each with the instant at which its bearer was made: what was recorded before is another's of the same name. */
const bearers = z.array(z.strictObject({ name: z.string(), sinceMs: z.int().min(0) })).max(USAGE_WITHIN_MAX);
export type UsageBearers = z.infer<typeof bearers>;

/**
 * What whoever asks may see: the records that name one of these. So those of a key or team that was deleted, or moved, stay
 * with the organization that it belonged to when they were made. Everything else that a question says narrows it further.
 */
const within = z.strictObject({
  organizations: bearers,
  teams: bearers,
  projects: bearers,
  users: bearers,
  /** Records of version 1 do not say whose they are: they are seen by what these teams and keys are now. */
  ofVersion1: z.strictObject({ teams: bearers, keys: bearers }),
});
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
  filter: filter.extend({ causes: z.array(z.string()).max(100).optional(), ids: anyOf }).optional(),
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
