import { setTimeout as pause } from 'node:timers/promises';
import { createSamples } from '../measure/samples.ts';
import { CHUNK_INTERVAL_MS, CHUNKS_PER_STREAM } from '../upstream/answers.ts';
import { createChunkTimes } from './chunk-times.ts';
import type { Connection } from './connection.ts';
import { openConnections } from './connection.ts';
import { createFailures } from './failures.ts';
import type { StreamsJob, StreamsResult } from './job.ts';
import { requestBytes } from './request.ts';

/** Streams that each connection carries, one after another. Only the middle one is timed: then all connections are busy. */
const TURNS = 3;
const TIMED_TURN = 1;
const STREAM_MS = CHUNKS_PER_STREAM * CHUNK_INTERVAL_MS;
/** A stream that takes longer than this is given up as failed. */
const PATIENCE_MS = 20_000;

/** The clock that all processes of the machine share; `performance.now()` has a zero of its own in each. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The connections start evenly over the length of one stream, so that requests do not all come at the same moment. */
export async function runStreams({ target, concurrency }: StreamsJob): Promise<StreamsResult> {
  const request = requestBytes(target, true);
  const firstTokenMs = createSamples();
  const chunkDelayMs = createSamples();
  const jitterMs = createSamples();
  const failures = createFailures();
  let chunks = 0;

  const runStream = (connection: Connection, isTimed: boolean) =>
    new Promise<void>((resolve) => {
      const sentMs = monotonicMs();
      let lastMs = 0;
      let received = 0;

      function onChunk(sentAtUs: number): void {
        chunks += 1;
        received += 1;
        if (!isTimed) return;
        const nowMs = monotonicMs();
        chunkDelayMs.add(nowMs - sentAtUs / 1000);
        if (received === 1) firstTokenMs.add(nowMs - sentMs);
        else jitterMs.add(Math.abs(nowMs - lastMs - CHUNK_INTERVAL_MS));
        lastMs = nowMs;
      }

      function finish(failure: string | undefined): void {
        clearTimeout(deadline);
        if (failure !== undefined) failures.add(failure);
        resolve();
      }

      const deadline = setTimeout(() => {
        connection.close();
        finish(`not finished after ${PATIENCE_MS} ms`);
      }, PATIENCE_MS);
      connection.send(request, {
        onBody: createChunkTimes(onChunk),
        onDone(status) {
          if (status !== 200) finish(`status ${status}`);
          else finish(received === CHUNKS_PER_STREAM ? undefined : 'fewer chunks than the provider sent');
        },
        onFailed: finish,
      });
    });

  const opened = await openConnections(target, concurrency);
  await Promise.all(
    opened.map(async (connection, index) => {
      await pause((index * STREAM_MS) / concurrency);
      for (let turn = 0; turn < TURNS; turn++) await runStream(connection, turn === TIMED_TURN);
      connection.close();
    }),
  );
  return {
    streams: concurrency * TURNS,
    failures: failures.counts(),
    chunks,
    missingChunks: concurrency * TURNS * CHUNKS_PER_STREAM - chunks,
    firstTokenMs: firstTokenMs.percentiles(),
    chunkDelayMs: chunkDelayMs.percentiles(),
    jitterMs: jitterMs.percentiles(),
  };
}
