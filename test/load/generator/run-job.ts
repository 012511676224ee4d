import { outputOf, scriptPath, startChild } from '../machine/child.ts';
import { pinnedCommand } from '../machine/pinning.ts';
import type {
  ClosedLoopJob,
  ClosedLoopResult,
  Job,
  OpenLoopJob,
  OpenLoopResult,
  StreamsJob,
  StreamsResult,
} from './job.ts';

/** Runs one job in a generator process of its own, on one CPU when it is given. */
export function runJob(job: ClosedLoopJob, cpu: number | undefined): Promise<ClosedLoopResult>;
export function runJob(job: OpenLoopJob, cpu: number | undefined): Promise<OpenLoopResult>;
export function runJob(job: StreamsJob, cpu: number | undefined): Promise<StreamsResult>;
export async function runJob(job: Job, cpu: number | undefined): Promise<unknown> {
  const script = scriptPath('./main.ts', import.meta.url);
  const [command, ...args] = pinnedCommand(cpu, [process.execPath, script, JSON.stringify(job)]);
  return JSON.parse(await outputOf(startChild(command, args), `the load generator (${job.kind})`));
}
