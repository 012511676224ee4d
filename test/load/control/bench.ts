/** `pnpm bench:control`: see README.md in this folder. */
import { readMachineFacts } from '../machine/facts.ts';
import { writeResults } from '../report/write-results.ts';
import { runCommand, stopOnInterrupt } from '../run-command.ts';
import { type Bed, startBed } from './bed.ts';
import { type CommitFigures, measureCommits } from './commits.ts';
import { type Options, parseOptions, USAGE } from './options.ts';
import { measurePlan } from './plan.ts';
import { measurePropagation } from './propagation.ts';
import { type Figures, renderFigures } from './render.ts';
import { measureScale } from './scale/measure-scale.ts';

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function measureAll(bed: Bed, options: Options): Promise<Figures> {
  const has = (name: Options['measurements'][number]): boolean => options.measurements.includes(name);
  const commits: CommitFigures[] = [];
  for (const writers of has('commits') ? options.writers : []) {
    say(`commits, ${writers} at once`);
    commits.push(await measureCommits(bed, writers, options.seconds));
  }
  if (has('propagation')) say(`propagation to ${options.nodes} nodes`);
  const propagation = has('propagation') ? await measurePropagation(bed, options) : undefined;
  if (has('plan')) say(`plan of ${options.entities} entities`);
  const plan = has('plan') ? await measurePlan(bed, options.entities) : undefined;
  if (has('scale')) say(`${options.keys} keys`);
  const scale = has('scale') ? await measureScale(bed, options.keys, say) : undefined;
  return {
    ...(commits.length > 0 && { commits }),
    ...(propagation && { propagation }),
    ...(plan && { plan }),
    ...(scale && { scale }),
  };
}

/** Starts all, measures, reports; a run that fails or is interrupted stops what it started, too. */
async function runBench(options: Options): Promise<void> {
  const startedAt = new Date();
  const machine = await readMachineFacts();
  const bed = await startBed(options.data, options.workers);
  stopOnInterrupt(bed.stop);
  try {
    const figures = await measureAll(bed, options);
    process.stdout.write(`\n${renderFigures(figures)}`);
    say(`\nwritten to ${await writeResults('control-', { startedAt, machine, options, figures }, startedAt)}`);
  } finally {
    await bed.stop();
  }
}

await runCommand({ usage: USAGE, parse: parseOptions, run: runBench, say });
