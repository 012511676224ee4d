import type { GatewayErrorCode, PriceBook, QuotaCharge, TokenUsage, UsageCause } from '@tollgate/schema';
import { estimateUsage, isPlausible, type Metered, meter } from '../usage/meter.ts';
import type { Spool, UnplacedRecord } from '../usage/spool.ts';
import { type Exchange, nowUs, overheadUs } from './exchange.ts';

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

export type Settlement = { readonly metered: Metered };

/**
 * Ends an exchange: computes its cost, settles its quotas and appends its record to the spool. `onRecorded` is called once the record is
 * safe from the end of the process; only then may the client get its last byte.
 */
export function settle(
  { spool, priceBook }: { readonly spool: Spool; readonly priceBook: PriceBook },
  exchange: Exchange,
  outcome: Outcome,
  onRecorded: (settlement: Settlement, error?: Error) => void,
): void {
  const metered = meterOutcome(priceBook, exchange, outcome);
  const charges = exchange.pass.settle(metered).filter(({ amount }) => amount > 0);
  spool.append(toRecord(exchange, outcome, metered, charges), (error) => onRecorded({ metered }, error));
}

/** Nothing is charged for an answer that never began; one that came without the provider's count, or with one that cannot be true, is estimated. */
function meterOutcome(
  priceBook: PriceBook,
  { chat, deployment, upstreamModel, startedAtMs }: Exchange,
  outcome: Outcome,
): Metered {
  const target = { row: deployment.row, upstreamModel };
  const hasAnswer = outcome.cause === 'completed' || outcome.cause === 'client_gone' || outcome.contentEvents > 0;
  if (outcome.usage !== undefined && isPlausible(outcome.usage))
    return meter(priceBook, target, outcome.usage, 'provider', startedAtMs);
  const estimate = hasAnswer ? estimateUsage(chat.bytes.length, outcome.contentEvents) : undefined;
  return meter(priceBook, target, estimate, 'estimated', startedAtMs);
}

function toRecord(
  exchange: Exchange,
  outcome: Outcome,
  metered: Metered,
  charges: readonly QuotaCharge[],
): UnplacedRecord {
  const { usage } = metered;
  const { key, deployment, timeline } = exchange;
  const atUs = nowUs();
  return {
    id: exchange.id,
    revision: exchange.revision,
    startedAtMs: exchange.startedAtMs,
    endpoint: 'chat.completions',
    stream: exchange.chat.stream,
    keyName: key.name,
    teamName: key.config.team ?? '',
    model: exchange.model,
    deployment: deployment.name,
    providerName: deployment.providerName,
    providerType: deployment.row.id,
    upstreamModel: exchange.upstreamModel,
    tags: exchange.tags,
    cause: outcome.cause,
    status: outcome.status,
    errorCode: outcome.errorCode,
    attempts: timeline.dispatchedUs === 0 ? 0 : 1,
    tokensInput: usage.input,
    tokensInputCached: usage.inputCached,
    tokensInputCacheWrite: usage.inputCacheWrite,
    tokensInputCacheWrite1h: usage.inputCacheWrite1h,
    tokensInputAudio: usage.inputAudio,
    tokensOutput: usage.output,
    tokensOutputReasoning: usage.outputReasoning,
    tokensOutputAudio: usage.outputAudio,
    usageSource: metered.usageSource,
    costNanoUsd: metered.costNanoUsd,
    priceSource: metered.priceSource,
    timeToFirstTokenUs: timeline.firstByteUs === 0 ? null : timeline.firstByteUs - timeline.arrivedUs,
    totalUs: atUs - timeline.arrivedUs,
    overheadUs: overheadUs(timeline, atUs),
    charges,
  };
}
