import { Agent, request } from 'node:http';
import type { Gateway } from '../gateways/gateway.ts';
import { requestBody, requestHeaders, targetOf } from './request.ts';

/** Longer than a stream of the stub provider, so that some are broken off at each place, and some not at all. */
const BREAK_OFF_MS_MAX = 1_600;

export type MixedCounts = { whole: number; streams: number; broken: number; failed: number };
type Client = { readonly stream: boolean; readonly breaksOff: boolean };

/** One request; resolves when nothing is left of it. */
function call(gateway: Gateway, agent: Agent, { stream, breaksOff }: Client, counts: MixedCounts): Promise<void> {
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
    let isWhole = false;
    sent.on('response', (response) => {
      response.resume();
      response.on('end', () => {
        isWhole = response.statusCode === 200;
      });
    });
    sent.on('error', () => {});
    sent.on('close', () => {
      clearTimeout(breakOff);
      if (!isWhole) counts[breaksOff ? 'broken' : 'failed'] += 1;
      else counts[stream ? 'streams' : 'whole'] += 1;
      resolve();
    });
    sent.end(requestBody(target.model, stream));
  });
}

/**
 * Keeps so many clients of each of four kinds busy until `isOver`: whole answers and streams, read to their end and broken off anywhere.
 * Counts what became of their requests as they go.
 */
export async function runMixedLoad(
  gateway: Gateway,
  each: number,
  counts: MixedCounts,
  isOver: () => boolean,
): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const kinds: readonly Client[] = [true, false].flatMap((stream) =>
    [true, false].map((breaksOff) => ({ stream, breaksOff })),
  );
  const clients = kinds.flatMap((kind) => Array.from({ length: each }, () => kind));
  const runs = clients.map(async (client) => {
    while (!isOver()) await call(gateway, agent, client, counts);
  });
  await Promise.all(runs);
  agent.destroy();
}
