/** Whether a node's memory stays flat under mixed load for minutes: see README.md. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestBed } from './gateways/start-all.ts';
import { type MixedCounts, runMixedLoad } from './generator/mixed-load.ts';
import { readMemory } from './machine/process-figures.ts';
import { readArguments } from './read-arguments.ts';
import { lineChart, type Point } from './report/line-chart.ts';
import { figure, table } from './report/table.ts';
import { RESULTS_FOLDER } from './report/write-results.ts';
import { runCommand } from './run-command.ts';

const USAGE = `Options of the measurement of memory over time (defaults in brackets):
  --gateway NAME   tollgate or quotas [quotas]
  --seconds N      how long [600]
  --each N         clients of each kind: whole answers, streams, and both broken off [24]`;

const SAMPLE_MS = 1_000;
const MIB = 2 ** 20;
/** Compiling and the first growth of the heap are over by then. */
const SETTLED_AFTER_SHARE = 0.2;
type Options = { readonly gateway: 'tollgate' | 'quotas'; readonly seconds: number; readonly each: number };

async function measure({ gateway: name, seconds, each }: Options): Promise<void> {
  const bed = await startTestBed([name], { nodeArguments: [] });
  try {
    const [gateway] = bed.gateways;
    if (gateway === undefined) throw new Error('nothing was started');
    const counts: MixedCounts = { whole: 0, streams: 0, broken: 0 };
    const points: Point[] = [];
    const begin = performance.now();
    const elapsed = (): number => (performance.now() - begin) / 1_000;
    const sampling = setInterval(async () => {
      const { rssBytes } = await readMemory(gateway.pids());
      points.push([elapsed(), rssBytes / MIB]);
      if (points.length % 30 === 0) say(`${Math.round(elapsed())} s: ${Math.round(rssBytes / MIB)} MiB`);
    }, SAMPLE_MS);
    const failures = await runMixedLoad(gateway, each, counts, () => elapsed() >= seconds);
    clearInterval(sampling);
    const settled = points.filter(([at]) => at >= SETTLED_AFTER_SHARE * seconds);
    const half = settled.length >> 1;
    const rows = [
      ['whole answers', figure(counts.whole, 0)],
      ['streams', figure(counts.streams, 0)],
      ['broken off by clients', figure(counts.broken, 0)],
      ...Object.entries(failures).map(([reason, count]) => [`failed: ${reason}`, figure(count, 0)]),
      ['MiB, median of the first half once settled', figure(medianOf(settled.slice(0, half)), 1)],
      ['MiB, median of the second half', figure(medianOf(settled.slice(half)), 1)],
      ['MiB, most', figure(Math.max(...points.map(([, mib]) => mib)), 1)],
    ];
    process.stdout.write(`${table([`${name}, ${seconds} s of mixed load`, ''], rows)}\n`);
    say(`drawn in ${await draw(name, points)}`);
  } finally {
    await bed.stop();
  }
}

const medianOf = (points: readonly Point[]): number | undefined =>
  points.map(([, value]) => value).sort((one, other) => one - other)[points.length >> 1];

async function draw(name: string, points: readonly Point[]): Promise<string> {
  const at = new Date();
  await mkdir(RESULTS_FOLDER, { recursive: true });
  const path = join(RESULTS_FOLDER, `soak-${at.toISOString().replaceAll(':', '-')}.svg`);
  await writeFile(path, lineChart(`Resident memory of ${name} under mixed load`, 'MiB', points));
  return path;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function parse(args: readonly string[]): Options | 'help' {
  const read = readArguments(args, {
    defaults: { gateway: 'quotas', seconds: '600', each: '24' },
    quick: { gateway: 'quotas', seconds: '30', each: '8' },
    digitsMax: 5,
  });
  if (read === 'help') return 'help';
  return {
    gateway: read.oneOf('gateway', ['tollgate', 'quotas']),
    seconds: read.number('seconds'),
    each: read.number('each'),
  };
}

await runCommand({ usage: USAGE, parse, run: measure, say });
