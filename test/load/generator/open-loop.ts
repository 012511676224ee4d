import { createSamples } from '../measure/samples.ts';
import type { Connection } from './connection.ts';
import { openConnections } from './connection.ts';
import { createFailures } from './failures.ts';
import type { OpenLoopJob, OpenLoopResult } from './job.ts';
import { requestBytes } from './request.ts';

/** Requests that may be under way at once; a further one waits for a connection, and its wait counts as latency. */
const CONNECTIONS = 256;
/** Not measured, so that connections and code are warm. */
const WARM_UP_SECONDS = 1;
/** How long answers may still come in after the last request was sent. */
const PATIENCE_MS = 10_000;
const START_DELAY_MS = 20;

/**
 * Sends request n at `start + n / rate`, whether or not earlier ones were answered, and counts latency from that time
 * (no coordinated omission). It waits by turning the event loop without sleeping, which costs a whole CPU: a timer is up
 * to a millisecond late, more than what is measured.
 */
export async function runOpenLoop({ target, ratePerSecond, seconds }: OpenLoopJob): Promise<OpenLoopResult> {
  const request = requestBytes(target, false);
  const latencyMs = createSamples();
  const latenessMs = createSamples();
  const failures = createFailures();
  const opened = await openConnections(target, CONNECTIONS);
  const idle: Connection[] = [...opened];
  const waiting: number[] = [];
  const firstMeasured = ratePerSecond * WARM_UP_SECONDS;
  const total = firstMeasured + ratePerSecond * seconds;
  const startMs = performance.now() + START_DELAY_MS;
  let next = 0;
  let settled = 0;

  const scheduledMs = (index: number): number => startMs + (index * 1000) / ratePerSecond;

  function free(connection: Connection): void {
    settled += 1;
    const index = waiting.shift();
    if (index === undefined) idle.push(connection);
    else send(index, connection);
  }

  function send(index: number, connection: Connection): void {
    const isMeasured = index >= firstMeasured;
    if (isMeasured) latenessMs.add(performance.now() - scheduledMs(index));
    connection.send(request, {
      onDone(status) {
        if (isMeasured) latencyMs.add(performance.now() - scheduledMs(index));
        if (status !== 200) failures.add(`status ${status}`);
        free(connection);
      },
      onFailed(reason) {
        failures.add(reason);
        free(connection);
      },
    });
  }

  function sendDue(): void {
    const nowMs = performance.now();
    for (; next < total && scheduledMs(next) <= nowMs; next++) {
      const connection = idle.pop();
      if (connection === undefined) waiting.push(next);
      else send(next, connection);
    }
  }

  await new Promise<void>((resolve) => {
    const deadlineMs = scheduledMs(total) + PATIENCE_MS;
    const turn = (): void => {
      sendDue();
      if (settled === total || performance.now() > deadlineMs) resolve();
      else setImmediate(turn);
    };
    turn();
  });
  for (let missing = settled; missing < total; missing++) failures.add(`no answer within ${PATIENCE_MS} ms`);
  for (const connection of opened) connection.close();
  return {
    requests: total,
    failures: failures.counts(),
    latencyMs: latencyMs.percentiles(),
    latenessMs: latenessMs.percentiles(),
  };
}
