import type { Logger } from 'pino';
import type { Metrics } from '../metrics.ts';
import { type BusMessage, messagePlace, readMessage } from './bus-message.ts';
import type { IngestSegment } from './ingest-segment.ts';
import { REJECTED_TEXT_MAX, toRejectedLine } from './parse-segment.ts';
import { retryUntilAborted, STORE_BACKOFF } from './retry.ts';
import type { SegmentStore } from './segment-store.ts';

/**
 * Resolves once what the message holds is safe in ClickHouse, however long that takes.
 * @throws only once `signal` is aborted; the message is then to be read again.
 */
export type IngestMessage = (message: BusMessage, signal: AbortSignal) => Promise<void>;

export type IngestMessageDeps = {
  readonly ingest: IngestSegment;
  readonly store: SegmentStore;
  readonly metrics: Metrics;
  readonly log: Logger;
};

const ATTEMPT_TIMEOUT_MS = 30_000;
/** Poison has no lines; it is kept as line 0. */
const WHOLE_MESSAGE = 0;

export function createIngestMessage({ ingest, store, metrics, log }: IngestMessageDeps): IngestMessage {
  return async (message, signal) => {
    const read = readMessage(message);
    const place = messagePlace(message);
    // Stopping ends the retries, not the attempt in hand: that has its own time.
    const attempt = () =>
      read.type === 'segment'
        ? ingest(read.segment, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS))
        : keepPoison(message, read.reason, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS));
    await retryUntilAborted<unknown>(attempt, STORE_BACKOFF, signal, (err, attempts) => {
      metrics.retries.inc({ path: 'kafka' });
      log.warn({ err, place, attempts }, 'ClickHouse did not acknowledge; the message waits in Kafka');
    });
  };

  // 1. Keep the message, 2. say so. The offset is committed after that; a crash before repeats both, and the row that
  // is written again replaces itself.
  async function keepPoison(message: BusMessage, reason: string, signal: AbortSignal): Promise<void> {
    const place = messagePlace(message);
    const text = message.value?.toString('utf8', 0, REJECTED_TEXT_MAX) ?? '';
    await store.insertRejected(place, [toRejectedLine(WHOLE_MESSAGE, reason, text)], signal);
    metrics.rejected.inc({ unit: 'message' });
    log.error({ place, reason }, 'a message is no segment; it is kept in usage_rejected');
  }
}
