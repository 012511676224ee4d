import {
  type AttemptDetail,
  type GatewayErrorCode,
  type QuotaCharge,
  type TokenUsage,
  USAGE_RECORD_VERSION,
  type UsageCause,
} from '@tollgate/schema';
import type { AttemptUse } from '../quota/pass.ts';
import { endUserOf } from '../usage/end-user.ts';
import { estimateUsage, isPlausible, type Metered, meter } from '../usage/meter.ts';
import type { Spool, UnplacedRecord } from '../usage/spool.ts';
import { attemptDetailsOf, withEarlier } from './attempt-details.ts';
import { type Attempt, type Exchange, nowUs, overheadUs } from './exchange.ts';

/** How an exchange ended. */
export type Outcome = {
  readonly cause: UsageCause;
  /** The status the client got, or would have got. */
  readonly status: number;
  readonly errorCode: GatewayErrorCode | '';
  /** The provider's own count, if it came. */
  readonly usage: TokenUsage | undefined;
  /** Pieces of an answer that were received; what the estimate rests on if the provider's count did not come. */
  readonly contentEvents: number;
};

/** How one attempt ended; `cancelled` is one that was dropped because another answered first. */
export type AttemptEnding = Pick<Outcome, 'status' | 'errorCode'> & { readonly cause: UsageCause | 'cancelled' };

export type Settlement = { readonly metered: Metered };

/**
 * Ends an exchange: computes its cost, settles its quotas and appends its record to the spool. `onRecorded` is called once the record is
 * safe from the end of the process; only then may the client get its last byte.
 */
export function settle(
  { spool }: { readonly spool: Spool },
  exchange: Exchange,
  outcome: Outcome,
  onRecorded: (settlement: Settlement, error?: Error) => void,
): void {
  const last = exchange.isWaiting ? NOTHING_UNDER_WAY : meterAttempt(exchange.attempt, outcome);
  const metered = withEarlier(exchange, last);
  const isTypical = exchange.attempts === 1 && metered.usageSource === 'provider';
  const all = exchange.pass.settle({ ...metered, isTypical }, attemptUses(exchange, last));
  const charges = all.filter(({ amount }) => amount > 0);
  const uncharged = charges.length === all.length ? undefined : unchargedOf(all, charges);
  const details = attemptDetailsOf(exchange, outcome, last);
  spool.append(toRecord(exchange, outcome, metered, { charges, uncharged, details }), (error) =>
    onRecorded({ metered }, error),
  );
}

/** What each attempt took, if there were several. */
function attemptUses({ earlier, isWaiting, attempt }: Exchange, last: Metered): readonly AttemptUse[] | undefined {
  if (earlier === undefined || isWaiting) return earlier;
  return [...earlier, { coverage: attempt.coverage, metered: last }];
}

/** Between two attempts; what the last one used stands with it. */
const NOTHING_UNDER_WAY = meter(undefined, undefined, 'none');

/** Causes of which a provider is taken to have begun with an answer, though nothing of it came. */
const ANSWERING: ReadonlySet<string> = new Set<AttemptEnding['cause']>([
  'completed',
  'client_gone',
  'quota_exhausted',
  'cancelled',
]);

/** Nothing is charged for an answer that never began; one that came without the provider's count, or with one that cannot be true, is estimated. */
export function meterAttempt(
  { rates, sentBytes }: Attempt,
  outcome: Pick<AttemptEnding, 'cause'> & Pick<Outcome, 'usage' | 'contentEvents'>,
): Metered {
  const hasAnswer = outcome.contentEvents > 0 || ANSWERING.has(outcome.cause);
  if (outcome.usage !== undefined && isPlausible(outcome.usage)) return meter(rates, outcome.usage, 'provider');
  const estimate = hasAnswer ? estimateUsage(sentBytes, outcome.contentEvents) : undefined;
  return meter(rates, estimate, 'estimated');
}

/** What a record tells of the quotas that were charged, and of attempts if there were several. */
type Parts = {
  readonly charges: readonly QuotaCharge[];
  readonly uncharged: readonly string[] | undefined;
  readonly details: readonly AttemptDetail[] | undefined;
};

/** The quotas of which nothing was charged in any slot. */
function unchargedOf(all: readonly QuotaCharge[], charges: readonly QuotaCharge[]): readonly string[] | undefined {
  let ids: string[] | undefined;
  for (const { quota } of all) {
    if (charges.some((charge) => charge.quota === quota) || ids?.includes(quota)) continue;
    ids ??= [];
    ids.push(quota);
  }
  return ids;
}

function toRecord(exchange: Exchange, outcome: Outcome, metered: Metered, parts: Parts): UnplacedRecord {
  const { charges, uncharged, details } = parts;
  const { usage } = metered;
  const { key, ownerNames: owners, timeline, model, asked, tags, attempt } = exchange;
  const { deployment, upstreamModel } = attempt;
  const firstByteUs = exchange.firstByteUs || attempt.firstByteUs;
  const atUs = nowUs();
  return {
    version: USAGE_RECORD_VERSION,
    id: exchange.id,
    revision: exchange.revision,
    startedAtMs: exchange.startedAtMs,
    endpoint: 'chat.completions',
    stream: exchange.chat.stream,
    keyName: key.name,
    organizationName: unlessEmpty(owners.organizationName),
    teamName: unlessEmpty(owners.teamName),
    projectName: unlessEmpty(owners.projectName),
    userName: unlessEmpty(owners.userName),
    customerName: unlessEmpty(owners.customerName),
    endUser: unlessEmpty(endUserOf(exchange.chat.body, exchange.customer)),
    model,
    servedModel: asked.name === model ? undefined : asked.name,
    deployment: deployment.name,
    providerName: deployment.providerName,
    providerType: deployment.row.id,
    upstreamModel,
    tags: tags.length === 0 ? undefined : tags,
    cause: outcome.cause,
    status: outcome.status,
    errorCode: unlessEmpty(outcome.errorCode),
    attempts: exchange.attempts,
    tokensInput: unlessEmpty(usage.input),
    tokensInputCached: unlessEmpty(usage.inputCached),
    tokensInputCacheWrite: unlessEmpty(usage.inputCacheWrite),
    tokensInputCacheWrite1h: unlessEmpty(usage.inputCacheWrite1h),
    tokensInputAudio: unlessEmpty(usage.inputAudio),
    tokensOutput: unlessEmpty(usage.output),
    tokensOutputReasoning: unlessEmpty(usage.outputReasoning),
    tokensOutputAudio: unlessEmpty(usage.outputAudio),
    usageSource: metered.usageSource,
    costNanoUsd: metered.costNanoUsd,
    priceSource: unlessEmpty(metered.priceSource),
    timeToFirstTokenUs: firstByteUs === 0 ? null : firstByteUs - timeline.arrivedUs,
    totalUs: atUs - timeline.arrivedUs,
    overheadUs: overheadUs(exchange, atUs),
    attemptDetails: details,
    choices: exchange.choices,
    mirrorOf: exchange.mirrorOf,
    charges: charges.length === 0 ? undefined : charges,
    uncharged,
  };
}

/** What a record leaves out. */
const unlessEmpty = <T extends string | number>(value: T): T | undefined => value || undefined;
