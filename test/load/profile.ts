/** Where a gateway's time goes: runs one under load with Node's profiler, or reads a profile; see README.md. */
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { GatewayName } from './gateways/gateway.ts';
import { GATEWAY_NAMES } from './gateways/gateway.ts';
import { startTestBed } from './gateways/start-all.ts';
import { targetOf } from './generator/request.ts';
import { runJob } from './generator/run-job.ts';
import type { CpuProfile } from './report/cpu-profile.ts';
import { topSelfTimes } from './report/cpu-profile.ts';
import { figure, table } from './report/table.ts';

const USAGE = `Options of the profiler (defaults in brackets):
  --gateway NAME   a Node process of ${GATEWAY_NAMES.join(', ')} [tollgate]
  --load NAME      closed or streams [closed]
  --seconds N      length of the closed loop [8]
  --top N          functions shown [30]
  --file PATH      show this .cpuprofile instead of making one`;

interface Run {
  readonly gateway: GatewayName;
  readonly load: 'closed' | 'streams';
  readonly seconds: number;
}

/** Resolves with the path of the gateway's profile, which Node writes when the process ends. */
async function recordProfile({ gateway, load, seconds }: Run): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-profile-'));
  const bed = await startTestBed([gateway], { nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${folder}`] });
  const [started] = bed.gateways;
  const pid = started?.pids()[0];
  try {
    if (started === undefined) throw new Error('nothing was started');
    const target = targetOf(started);
    if (load === 'closed') await runJob({ kind: 'closed', target, connections: 64, seconds }, undefined);
    else await runJob({ kind: 'streams', target, concurrency: 500 }, undefined);
  } finally {
    await bed.stop();
  }
  // Node names profiles CPU.<date>.<time>.<process>.<thread>.<number>.cpuprofile; thread 0 is the main one.
  const file = (await readdir(folder)).find((name) => name.includes(`.${pid}.0.`));
  if (file !== undefined) return join(folder, file);
  throw new Error(`${gateway} left no profile: it is not a Node process, or a signal killed it before it could end`);
}

function readRun(gateway: string, load: string, seconds: string): Run {
  const known = GATEWAY_NAMES.find((name) => name === gateway);
  if (known === undefined)
    throw new Error(`--gateway: ${JSON.stringify(gateway)} is not one of ${GATEWAY_NAMES.join(', ')}`);
  if (load !== 'closed' && load !== 'streams')
    throw new Error(`--load: ${JSON.stringify(load)} is not closed or streams`);
  if (!/^[1-9]\d{0,3}$/.test(seconds))
    throw new Error(`--seconds: ${JSON.stringify(seconds)} is not a whole number from 1`);
  return { gateway: known, load, seconds: Number(seconds) };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(2).filter((arg) => arg !== '--'),
    options: {
      gateway: { type: 'string', default: 'tollgate' },
      load: { type: 'string', default: 'closed' },
      seconds: { type: 'string', default: '8' },
      top: { type: 'string', default: '30' },
      file: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const path = values.file ?? (await recordProfile(readRun(values.gateway, values.load, values.seconds)));
  const profile: CpuProfile = JSON.parse(await readFile(path, 'utf8'));
  const rows = topSelfTimes(profile, Number(values.top)).map(({ name, place, selfMs, share }) => [
    `${name}  ${place}`,
    figure(selfMs, 0),
    figure(share * 100, 1),
  ]);
  process.stdout.write(`${table(['function', 'self ms', '% of busy'], rows)}\n`);
  process.stderr.write(`\nthe whole profile (for Chrome's DevTools): ${path}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`profile: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
