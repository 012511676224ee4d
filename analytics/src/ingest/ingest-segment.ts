import type { UsageRecord, UsageSegment } from '@tollgate/schema';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics.ts';
import { type ParsedSegment, parseSegment } from './parse-segment.ts';
import { parseSegmentId } from './segment-id.ts';
import type { LedgerRow, SegmentStore } from './segment-store.ts';

export type IngestOutcome =
  | { readonly type: 'ingested'; readonly records: number; readonly rejected: number }
  /** All of it was stored by an earlier call. */
  | { readonly type: 'repeated' };

/**
 * Stores a segment: each of its records exactly once, however often, however late and from however many processes
 * at once it is called with the same segment. Resolves once ClickHouse holds all of it.
 * @throws if ClickHouse did not acknowledge; then some of it may be stored, and calling again is right and harmless.
 */
export type IngestSegment = (segment: UsageSegment, signal: AbortSignal) => Promise<IngestOutcome>;

export type IngestDeps = { readonly store: SegmentStore; readonly metrics: Metrics; readonly log: Logger };

export function createIngestSegment({ store, metrics, log }: IngestDeps): IngestSegment {
  return async (segment, signal) => {
    // 1. The ledger's row is written last (step 5), so finding it proves that all is stored, at any age.
    if (await store.isInLedger(segment.id, signal)) {
      metrics.segments.inc({ outcome: 'repeated' });
      return { type: 'repeated' };
    }
    const stopTimer = metrics.insertSeconds.startTimer();
    const parsed = parseSegment(segment.body);

    // 2. Not in the ledger, yet rows may be there: a crash between 3 and 5, or a segment of two months (two parts)
    //    of which one was stored. Looking at the rows themselves holds even when the deduplication window has
    //    forgotten the token.
    const missing = await findMissing(store, segment.id, parsed.records, signal);

    // 3. One insert, one block, one token. If two processes get here at once with the same segment, the token makes
    //    ClickHouse keep one. A crash before the acknowledgement leads back to 1, with the rows stored or not.
    if (missing.length > 0) await store.insertRecords(segment.id, missing, signal);

    // 4. Keyed by segment and line: repeating it after a crash replaces the same rows.
    if (parsed.rejected.length > 0) await store.insertRejected(segment.id, parsed.rejected, signal);

    // 5. Keyed by segment. A crash before it repeats 1 to 4, which then find nothing left to do.
    await store.insertLedgerRow(toLedgerRow(segment.id, parsed), signal);

    stopTimer();
    report(segment.id, parsed, missing.length);
    return { type: 'ingested', records: missing.length, rejected: parsed.rejected.length };
  };

  function report(segmentId: string, { records, rejected }: ParsedSegment, inserted: number) {
    metrics.segments.inc({ outcome: 'ingested' });
    metrics.records.inc(inserted);
    log.debug({ segmentId, records: records.length, inserted }, 'segment ingested');
    if (rejected.length === 0) return;
    metrics.rejected.inc({ unit: 'line' }, rejected.length);
    const [first] = rejected;
    log.error(
      { segmentId, rejected: rejected.length, line: first?.line, reason: first?.reason },
      'lines of a segment are no usage records; they are kept in usage_rejected',
    );
  }
}

async function findMissing(
  store: SegmentStore,
  segmentId: string,
  records: readonly UsageRecord[],
  signal: AbortSignal,
): Promise<readonly UsageRecord[]> {
  if (records.length === 0) return [];
  const stored = await store.findStoredIds(segmentId, records, signal);
  return records.filter(({ id }) => !stored.has(id));
}

function toLedgerRow(segmentId: string, { records, rejected }: ParsedSegment): LedgerRow {
  const seqs = records.map(({ seq }) => seq);
  const id = parseSegmentId(segmentId);
  return {
    segment_id: segmentId,
    node_id: id?.nodeId ?? '',
    boot_id: id?.bootId ?? '',
    first_seq: seqs.length > 0 ? seqs.reduce((a, b) => Math.min(a, b)) : 0,
    last_seq: seqs.reduce((a, b) => Math.max(a, b), 0),
    records: records.length,
    rejected: rejected.length,
  };
}
