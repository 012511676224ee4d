import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Probe } from '../routing/health-checks.ts';

/** Asks over a connection of its own, so that it tells whether one can be made. The path is taken as it is: it leads to no other host. */
export const probeOverHttp: Probe = ({ origin, headers }, path, timeoutMs, signal) =>
  new Promise((resolve) => {
    const url = new URL(origin);
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const options = {
      path,
      agent: false,
      headers: { 'user-agent': 'tollgate', ...pairsOf(headers) },
      signal,
    };
    const call = request(url, options, (response) => {
      resolve(response.statusCode);
      // What it says does not matter, and may be long.
      response.destroy();
    });
    const overdue = setTimeout(() => call.destroy(), timeoutMs);
    call.on('error', () => resolve(undefined));
    call.once('close', () => {
      clearTimeout(overdue);
      resolve(undefined);
    });
    call.end();
  });

function pairsOf(headers: readonly string[]): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  for (let index = 0; index + 1 < headers.length; index += 2) pairs[headers[index] ?? ''] = headers[index + 1] ?? '';
  return pairs;
}
