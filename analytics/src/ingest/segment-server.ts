import { SEGMENT_BYTES_MAX, SEGMENT_ID_HEADER, SEGMENT_PATH, type UsageSegment } from '@tollgate/schema';
import type { FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import { refuse } from '../http/refusal.ts';
import type { Metrics } from '../metrics.ts';
import type { IngestSegment } from './ingest-segment.ts';
import { readSegment } from './read-segment.ts';
import { retryUntilAborted, STORE_BACKOFF } from './retry.ts';

export type SegmentServerDeps = {
  readonly ingest: IngestSegment;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Aborted when the process stops. */
  readonly stopping: AbortSignal;
  /** How long one request tries to reach ClickHouse before it gives the segment back to the sender with 503. */
  readonly patienceMs: number;
};

/** Segments in hand at once, each at most 1 MiB. One more is refused with 503; its sender still has it. */
const IN_HAND_MAX = 16;

/** Takes segments over HTTP. 204 means that ClickHouse has acknowledged; after anything else the sender sends again. */
export function createSegmentRoutes({ ingest, metrics, log, stopping, patienceMs }: SegmentServerDeps) {
  let inHand = 0;

  const routes: FastifyPluginAsync = async (server) => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    server.post(SEGMENT_PATH, { bodyLimit: SEGMENT_BYTES_MAX }, async (request, reply) => {
      if (inHand >= IN_HAND_MAX)
        return refuse(reply, { code: 'overloaded', message: `${IN_HAND_MAX} segments are in hand already` });
      inHand += 1;
      try {
        const { headers, body } = request;
        const read = await readSegment(headers[SEGMENT_ID_HEADER], headers['content-encoding'], body);
        if (read.type === 'refused') return refuse(reply, read.error);
        return (await isStored(read.segment))
          ? reply.status(204).send()
          : refuse(reply, { code: 'not_ready', message: 'ClickHouse did not acknowledge; send the segment again' });
      } finally {
        inHand -= 1;
      }
    });
  };
  return routes;

  async function isStored(segment: UsageSegment): Promise<boolean> {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(patienceMs)]);
    try {
      await retryUntilAborted(
        () => ingest(segment, signal),
        STORE_BACKOFF,
        signal,
        () => metrics.retries.inc({ path: 'http' }),
      );
      return true;
    } catch (err) {
      log.warn({ err, segmentId: segment.id }, 'a segment was given back to its sender');
      return false;
    }
  }
}
