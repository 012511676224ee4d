import { z } from 'zod';
import { attemptDetail } from './attempt-detail.ts';
import { quotaCharge } from './quota-charge.ts';
import { routingChoice } from './routing-choice.ts';

const count = z.int().min(0);

/** The version of the records that nodes write. */
export const USAGE_RECORD_VERSION = 3;

/** The longest `endUser`, in UTF-16 units. */
export const END_USER_CHARACTERS_MAX = 256;

/** Left out if there are none, as is most of a record: what is not written need not be shipped, stored and read. */
const tokens = count.default(0);
const text = z.string().default('');

/** The name of what a key belongs to; empty for none, and in records of the first version, which do not say it. */
const owner = text;

/** How an admitted request ended; `quota_exhausted` is a stream that a quota with `hardStop` had no more for. */
export const usageCauses = [
  'completed',
  'client_gone',
  'quota_exhausted',
  'upstream_error',
  'upstream_timeout',
  'upstream_stream_broken',
  'shutdown',
  'internal_error',
] as const;
export type UsageCause = (typeof usageCauses)[number];

/**
 * The one terminal record of an admitted request. It is in the node's spool before the client gets its last byte.
 * Names (`model`, `keyName`, …) are those of the revision it was answered under.
 *
 * Records wait in spools and in Kafka while processes are exchanged, so those of every version are read: what a record of an
 * earlier version lacks is given by a default here.
 */
export const usageRecord = z.strictObject({
  /**
   * 1, which such records do not say, knows the key, and the team only of a key that names it. 2 knows all that the key
   * belongs to, and the end user. 3 leaves out what is empty.
   */
  version: z.literal([1, 2, USAGE_RECORD_VERSION]).default(1),
  /** The request's id, `req_…`; unique. */
  id: z.string(),
  nodeId: z.string(),
  /** One run of a node's process. */
  bootId: z.string(),
  /** Counts from 1 without a gap within `bootId`, so that a missing record can be proven. */
  seq: z.int().min(1),
  revision: count,
  /** Milliseconds since 1970. */
  startedAtMs: count,
  endpoint: z.enum(['chat.completions']),
  stream: z.boolean(),
  keyName: z.string(),
  /** That of the team; of the customer if there is none. */
  organizationName: owner,
  /** That of the project, or of the key itself. */
  teamName: owner,
  projectName: owner,
  userName: owner,
  customerName: owner,
  /** Whom the request itself names as its user; empty if nobody. A client's free text: nothing is decided by it. */
  endUser: z.string().max(END_USER_CHARACTERS_MAX).default(''),
  /** The public name that the client asked for. */
  model: z.string(),
  deployment: z.string(),
  providerName: z.string(),
  providerType: z.string(),
  /** The provider's own name of the model. */
  upstreamModel: z.string(),
  tags: z.array(z.string()).default([]),
  cause: z.enum(usageCauses),
  /** The HTTP status the client got, or would have got. */
  status: z.int().min(100).max(599),
  errorCode: text,
  attempts: count,
  tokensInput: tokens,
  tokensInputCached: tokens,
  tokensInputCacheWrite: tokens,
  tokensInputCacheWrite1h: tokens,
  tokensInputAudio: tokens,
  tokensOutput: tokens,
  tokensOutputReasoning: tokens,
  tokensOutputAudio: tokens,
  /** Whether the provider said the tokens, the node estimated them, or nothing was used. */
  usageSource: z.enum(['provider', 'estimated', 'none']),
  /** Nano-USD; null is 'unpriced', never zero. */
  costNanoUsd: z.int().nullable(),
  /** Where the rates come from, such as `genai-prices@0.1.8`; empty if unpriced. */
  priceSource: text,
  /** Microseconds from the request's arrival to the first byte of the provider's answer; null if none came. */
  timeToFirstTokenUs: count.nullable(),
  totalUs: count,
  /** The part of `totalUs` that was not spent waiting for the provider. */
  overheadUs: count,
  /** Each call to a provider, if it took several; left out if it did not, as in records of earlier versions. */
  attemptDetails: z.array(attemptDetail).optional(),
  /** The model of the configuration that `model` stood for, if it has another name: of an alias, a wildcard or a name that its key or team routes in its own way. */
  servedModel: z.string().optional(),
  /**
   * How the deployment of each attempt was chosen, but for those where there was one candidate and none was passed over: left out if that holds
   * for all, as in records of before.
   */
  choices: z.array(routingChoice).optional(),
  /** Quotas that counted it and that it was charged nothing of, such as those of what is under way; left out if there are none. */
  uncharged: z.array(z.string().max(1_000)).optional(),
  /** The id of the request of which it is a copy, sent by the node itself; left out of all others. */
  mirrorOf: z.string().optional(),
  /** What it was charged of each quota that counted it. Records of before do not say it. */
  charges: z.array(quotaCharge).default([]),
});
export type UsageRecord = z.infer<typeof usageRecord>;

/** A record as a node writes it: what is empty is left out. */
export type WrittenUsageRecord = z.input<typeof usageRecord>;
