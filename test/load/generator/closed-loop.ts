import { createSamples } from '../measure/samples.ts';
import type { Connection } from './connection.ts';
import { openConnections } from './connection.ts';
import { createFailures } from './failures.ts';
import type { ClosedLoopJob, ClosedLoopResult } from './job.ts';
import { requestBytes } from './request.ts';

/** The closed loop in Node, for machines without wrk, which costs less CPU time per request. */
export async function runClosedLoop({ target, connections, seconds }: ClosedLoopJob): Promise<ClosedLoopResult> {
  const request = requestBytes(target, false);
  const latencyMs = createSamples();
  const failures = createFailures();
  const opened = await openConnections(target, connections);
  const startMs = performance.now();
  const endMs = startMs + seconds * 1000;
  let requests = 0;

  const keepSending = (connection: Connection) =>
    new Promise<void>((resolve) => {
      let sentMs = 0;
      const sendNext = (): void => {
        sentMs = performance.now();
        if (sentMs < endMs) connection.send(request, exchange);
        else resolve();
      };
      const exchange = {
        onDone(status: number): void {
          requests += 1;
          latencyMs.add(performance.now() - sentMs);
          if (status !== 200) failures.add(`status ${status}`);
          sendNext();
        },
        onFailed(reason: string): void {
          failures.add(reason);
          sendNext();
        },
      };
      sendNext();
    });

  await Promise.all(opened.map(keepSending));
  for (const connection of opened) connection.close();
  return {
    requests,
    seconds: (performance.now() - startMs) / 1000,
    failures: failures.counts(),
    latencyMs: latencyMs.percentiles(),
  };
}
