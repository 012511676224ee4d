/** The load generator as a process of its own: takes one job as a JSON argument, prints its result as JSON. */
import { runClosedLoop } from './closed-loop.ts';
import type { ClosedLoopResult, Job, OpenLoopResult, StreamsResult } from './job.ts';
import { runOpenLoop } from './open-loop.ts';
import { runStreams } from './streams.ts';

function run(job: Job): Promise<ClosedLoopResult | OpenLoopResult | StreamsResult> {
  switch (job.kind) {
    case 'closed':
      return runClosedLoop(job);
    case 'open':
      return runOpenLoop(job);
    case 'streams':
      return runStreams(job);
    default:
      return job satisfies never;
  }
}

const job: Job = JSON.parse(process.argv[2] ?? '');
const result = await run(job);
process.stdout.write(JSON.stringify(result));
