/** How a node refuses what is too much for it, and whether it takes requests again after: see README.md. */
import { parseArgs } from 'node:util';
import { startTestBed } from './gateways/start-all.ts';
import { totalFailures } from './generator/failures.ts';
import { targetOf } from './generator/request.ts';
import { runJob } from './generator/run-job.ts';
import { figure, table } from './report/table.ts';

const USAGE = `Options of the measurement of overload (defaults in brackets):
  --workers N   processes that serve [1]
  --rate N      requests per second beyond what is taken [1000]`;

/** As many streams as the node takes requests; they leave no room for any other for about two seconds. */
const IN_FLIGHT_MAX = 200;
const REFUSED = 'status 503';
/** Until all streams are under way; their own starts are spread over a second. */
const STREAMS_START_MS = 1_500;
const SECONDS = 1;

async function measure(workers: string, ratePerSecond: number): Promise<void> {
  const bed = await startTestBed(['tollgate'], {
    nodeArguments: [],
    tollgateEnv: { TOLLGATE_WORKERS: workers, TOLLGATE_IN_FLIGHT_MAX: String(IN_FLIGHT_MAX) },
  });
  try {
    const [gateway] = bed.gateways;
    if (gateway === undefined) throw new Error('nothing was started');
    const target = targetOf(gateway);
    const closed = { kind: 'closed', target, connections: 16, seconds: SECONDS } as const;
    await runJob(closed, undefined);
    const streams = runJob({ kind: 'streams', target, concurrency: IN_FLIGHT_MAX }, undefined);
    await new Promise((resolve) => setTimeout(resolve, STREAMS_START_MS));
    const open = await runJob({ kind: 'open', target, ratePerSecond, seconds: SECONDS }, undefined);
    const streamed = await streams;
    const after = await runJob(closed, undefined);
    const { p50, p99, max } = open.latencyMs;
    const row = [
      figure(open.requests, 0),
      figure(open.failures[REFUSED] ?? 0, 0),
      figure(totalFailures(open.failures) - (open.failures[REFUSED] ?? 0), 0),
      figure(p50, 2),
      figure(p99, 2),
      figure(max, 2),
      figure(open.latenessMs.p99, 2),
      figure(totalFailures(streamed.failures), 0),
      figure(totalFailures(after.failures), 0),
    ];
    const head = [
      'requests',
      'refused',
      'otherwise failed',
      'p50 ms',
      'p99 ms',
      'max ms',
      'late p99 ms',
      'streams failed',
      'failed after',
    ];
    process.stdout.write(`${table(head, [row])}\n`);
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
