import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../generator/ask.ts';
import { openConnection } from '../generator/connection.ts';
import { createFailures, type FailureCounts } from '../generator/failures.ts';

export type Spent = { readonly answers: number; readonly refusals: number; readonly failures: FailureCounts };

/** What was refused is tried again, for what requests under way had reserved may become free. */
const TRY_AGAIN_MS = 300;
const BEGUN = Number.NEGATIVE_INFINITY;
const GONE = Number.POSITIVE_INFINITY;

/**
 * So many clients at once, each one request after the other, until all are refused for good: all that have not given up were refused since the
 * last answer ended.
 * @param urls nodes that the clients are spread over
 */
export async function spendAll(urls: readonly string[], clients: number, nextRequest: () => Buffer): Promise<Spent> {
  const failures = createFailures();
  let [answers, refusals] = [0, 0];
  let lastEndedMs = BEGUN;
  const refusedMs = Array.from({ length: clients }, () => BEGUN);

  async function spend(client: number): Promise<void> {
    const { hostname, port } = new URL(urls[client % urls.length] ?? '');
    const connection = await openConnection({ host: hostname, port: Number(port) });
    while (refusedMs[client] !== GONE) {
      const sentMs = performance.now();
      const reply = await ask(connection, nextRequest());
      if ('failure' in reply) throw new Error(`a client lost its connection: ${reply.failure}`);
      if (!isRefused(reply)) {
        if (reply.status === 200) answers += 1;
        else failures.add(`status ${reply.status}`);
        lastEndedMs = performance.now();
        continue;
      }
      refusals += 1;
      // Answers may have ended while it was refused.
      if (sentMs > lastEndedMs) refusedMs[client] = sentMs;
      if (refusedMs.every((atMs) => atMs > lastEndedMs)) refusedMs[client] = GONE;
      else await pause(TRY_AGAIN_MS);
    }
    connection.close();
  }

  await Promise.all(refusedMs.map((_, client) => spend(client)));
  return { answers, refusals, failures: failures.counts() };
}

const isRefused = ({ status, body }: { readonly status: number; readonly body: string }): boolean =>
  status === 429 && body.includes('"budget_exceeded"');
