import { Agent, request } from 'node:http';
import type { Gateway } from '../gateways/gateway.ts';
import { createFailures, type FailureCounts } from './failures.ts';
import { requestBody, requestHeaders, targetOf } from './request.ts';

/** Longer than a stream of the stub provider, so that some are broken off at each place, and some not at all. */
const BREAK_OFF_MS_MAX = 1_600;

export type MixedCounts = { whole: number; streams: number; broken: number };
type Client = { readonly stream: boolean; readonly breaksOff: boolean };

/** One request; resolves when nothing is left of it, with why it failed if its client did not break it off. */
function call(
  gateway: Gateway,
  agent: Agent,
  { stream, breaksOff }: Client,
  counts: MixedCounts,
): Promise<string | undefined> {
  const target = targetOf(gateway);
  return new Promise((resolve) => {
    const sent = request({
      ...{ host: target.host, port: target.port, path: target.path, method: 'POST', agent },
      headers: requestHeaders(target),
    });
    // Whole answers take less than a millisecond of the provider.
    const breakOff = breaksOff
      ? setTimeout(() => sent.destroy(), Math.random() * (stream ? BREAK_OFF_MS_MAX : 2))
      : undefined;
    let failure = 'answer broke off';
    let isWhole = false;
    sent.on('response', (response) => {
      response.resume();
      response.on('end', () => {
        isWhole = response.statusCode === 200;
        if (!isWhole) failure = `status ${response.statusCode}`;
      });
    });
    // A server may close a kept connection just as a request is written to it.
    sent.on('error', (error: NodeJS.ErrnoException) => {
      failure = `${error.code}${sent.reusedSocket ? ' on a kept connection' : ''}`;
    });
    sent.on('close', () => {
      clearTimeout(breakOff);
      if (isWhole) counts[stream ? 'streams' : 'whole'] += 1;
      else if (breaksOff) counts.broken += 1;
      resolve(isWhole || breaksOff ? undefined : failure);
    });
    sent.end(requestBody(target.model, stream));
  });
}

/**
 * Keeps so many clients of each of four kinds busy until `isOver`: whole answers and streams, read to their end and broken off anywhere.
 * Counts what became of their requests as they go. Resolves with those that failed without being broken off.
 */
export async function runMixedLoad(
  gateway: Gateway,
  each: number,
  counts: MixedCounts,
  isOver: () => boolean,
): Promise<FailureCounts> {
  const agent = new Agent({ keepAlive: true });
  const failures = createFailures();
  const kinds: readonly Client[] = [true, false].flatMap((stream) =>
    [true, false].map((breaksOff) => ({ stream, breaksOff })),
  );
  const clients = kinds.flatMap((kind) => Array.from({ length: each }, () => kind));
  const runs = clients.map(async (client) => {
    while (!isOver()) {
      const failure = await call(gateway, agent, client, counts);
      if (failure !== undefined) failures.add(failure);
    }
  });
  await Promise.all(runs);
  agent.destroy();
  return failures.counts();
}
