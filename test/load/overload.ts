/** How a node refuses what is too much for it, and whether it takes requests again after: see README.md. */
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { waitFor } from '../support/wait-for.ts';
import type { RunningGateway } from './gateways/gateway.ts';
import { startTestBed } from './gateways/start-all.ts';
import { HELD_MODEL } from './gateways/tollgate.ts';
import { totalFailures } from './generator/failures.ts';
import { targetOf } from './generator/request.ts';
import { runJob } from './generator/run-job.ts';
import { figure, table } from './report/table.ts';

const USAGE = `Options of the measurement of overload (defaults in brackets):
  --workers N   processes that serve [1]
  --rate N      requests per second beyond what is taken [1000]`;

const IN_FLIGHT_MAX = 200;
/** Connections are spread over workers by chance; so many more fill the places of each. */
const HELD = 2 * IN_FLIGHT_MAX;
const REFUSED = 'status 503';
const SECONDS = 4;

/** Takes all places of the node, with requests that cost it nothing while they wait. @returns how to give them back */
async function fill({ url, apiKey }: RunningGateway): Promise<() => void> {
  const agent = new Agent({ keepAlive: true });
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ model: HELD_MODEL, messages: [{ role: 'user', content: 'x' }] });
  for (let index = 0; index < HELD; index += 1) {
    request(`${url}/chat/completions`, { method: 'POST', agent, headers })
      .on('error', () => {})
      .on('response', (response) => response.resume())
      .end(body);
  }
  const metrics = new URL('/metrics', url);
  await waitFor('all places to be taken', async () => {
    const text = await (await fetch(metrics)).text();
    return text.includes(`tollgate_requests_in_flight ${IN_FLIGHT_MAX}\n`);
  });
  return () => agent.destroy();
}

async function measure(workers: string, ratePerSecond: number): Promise<void> {
  const bed = await startTestBed(['tollgate'], {
    nodeArguments: [],
    tollgateEnv: { TOLLGATE_WORKERS: workers, TOLLGATE_IN_FLIGHT_MAX: String(IN_FLIGHT_MAX) },
  });
  try {
    const [gateway] = bed.gateways;
    if (gateway === undefined) throw new Error('nothing was started');
    const target = targetOf(gateway);
    const closed = { kind: 'closed', target, connections: 16, seconds: 1 } as const;
    await runJob(closed, undefined);
    const giveBack = await fill(gateway);
    const { requests, failures, latencyMs, latenessMs } = await runJob(
      { kind: 'open', target, ratePerSecond, seconds: SECONDS },
      undefined,
    );
    giveBack();
    const after = await runJob(closed, undefined);
    const rest = totalFailures(failures) - (failures[REFUSED] ?? 0);
    const columns: readonly (readonly [string, number, number])[] = [
      ['requests', requests, 0],
      ['refused', failures[REFUSED] ?? 0, 0],
      ['otherwise failed', rest, 0],
      ['p50 ms', latencyMs.p50, 2],
      ['p90 ms', latencyMs.p90, 2],
      ['p99 ms', latencyMs.p99, 2],
      ['late p99 ms', latenessMs.p99, 2],
      ['failed after', totalFailures(after.failures), 0],
    ];
    const row = columns.map(([, value, digits]) => figure(value, digits));
    process.stdout.write(
      `${table(
        columns.map(([name]) => name),
        [row],
      )}\n`,
    );
  } finally {
    await bed.stop();
  }
}

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '1' },
    rate: { type: 'string', default: '1000' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(`${USAGE}\n`);
else await measure(values.workers, Number(values.rate));
