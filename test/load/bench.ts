/** `pnpm bench`: see README.md in this folder. */
import type { TestBed } from './gateways/start-all.ts';
import { startTestBed } from './gateways/start-all.ts';
import { readMachineFacts } from './machine/facts.ts';
import { findProgram } from './machine/find-program.ts';
import type { Placement } from './machine/pinning.ts';
import { pinProcess, placement } from './machine/pinning.ts';
import { measureAll } from './measure/scenarios.ts';
import type { Options, Scenario } from './options.ts';
import { parseOptions, USAGE } from './options.ts';
import { renderReport } from './report/render.ts';
import { summarize } from './report/summary.ts';
import { writeResults } from './report/write-results.ts';
import { runCommand, stopOnInterrupt } from './run-command.ts';

type Placements = Readonly<Record<Scenario, Placement | undefined>>;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The placement of each scenario; nothing is pinned where taskset is missing. */
async function placementsFor({ pin, workers }: Options, cores: number): Promise<Placements> {
  const canPin = (await findProgram('taskset')) !== undefined;
  if (!canPin) say('warning: nothing is pinned to a CPU, because taskset (Debian package util-linux) is missing');
  // Several workers are there to use several CPUs.
  const mode = canPin && workers === 1 ? pin : 'off';
  const asleep = placement(mode, false, cores);
  return { closed: asleep, open: placement(mode, true, cores), streams: asleep };
}

function pinAll({ upstream, gateways }: TestBed, placed: Placement | undefined): number | undefined {
  if (placed === undefined) return undefined;
  for (const pid of gateways.flatMap(({ pids }) => pids())) pinProcess(pid, placed.gateway);
  // Last, because the direct case is the stub provider itself, which keeps its place.
  for (const pid of upstream.pids()) pinProcess(pid, placed.upstream);
  return placed.generator;
}

async function wrkFor({ closedGenerator, scenarios }: Options): Promise<string | undefined> {
  if (closedGenerator === 'node') return undefined;
  const wrk = await findProgram('wrk');
  if (wrk === undefined && scenarios.includes('closed')) {
    say(
      'warning: wrk is missing (`apt-get install wrk`); the closed loop is driven by Node, which may be the limit itself',
    );
  }
  return wrk;
}

/** Starts all, measures, stops all, then reports; a run that fails or is interrupted stops what it started, too. */
async function runBench(options: Options): Promise<void> {
  const startedAt = new Date();
  const machine = await readMachineFacts();
  const placements = await placementsFor(options, machine.cores);
  const wrk = await wrkFor(options);
  say(`starting the stub provider, ${options.gateways.join(', ')}`);
  const bed = await startTestBed(options.gateways, {
    nodeArguments: [],
    tollgateEnv: { TOLLGATE_WORKERS: String(options.workers) },
  });
  stopOnInterrupt(bed.stop);
  try {
    const { gateways, upstream, folder } = bed;
    const measurements = await measureAll({
      options,
      gateways,
      upstreamPid: upstream.pids()[0],
      folder,
      placeFor: (scenario) => pinAll(bed, placements[scenario]),
      wrk,
      say,
    });
    const summary = summarize(measurements);
    const parameters = { ...options, closedGenerator: wrk === undefined ? 'node' : 'wrk', placements };
    process.stdout.write(`\n${renderReport(measurements, summary)}`);
    say(`\nwritten to ${await writeResults('', { startedAt, machine, parameters, summary, measurements }, startedAt)}`);
  } finally {
    await bed.stop();
  }
}

await runCommand({ usage: USAGE, parse: parseOptions, run: runBench, say });
