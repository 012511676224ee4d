import type { RunningGateway } from '../gateways/gateway.ts';
import { totalFailures } from '../generator/failures.ts';
import type { ClosedLoopJob, ClosedLoopResult, OpenLoopResult, StreamsResult } from '../generator/job.ts';
import { targetOf } from '../generator/request.ts';
import { runJob } from '../generator/run-job.ts';
import { runWrk } from '../generator/wrk.ts';
import { peakRssDuring, readMemory } from '../machine/process-figures.ts';
import type { Options, Scenario } from '../options.ts';
import { observeLoad } from './observe.ts';
import type { Measurements, MemoryFigures, Round } from './round.ts';

export interface Bench {
  readonly options: Options;
  readonly gateways: readonly RunningGateway[];
  readonly upstreamPid: number;
  /** For the files of generators. */
  readonly folder: string;
  /** Moves all processes to the CPUs that suit a scenario; answers the generator's CPU, undefined when nothing is pinned. */
  readonly placeFor: (scenario: Scenario) => number | undefined;
  /** Path of wrk, or undefined to use the generator in Node. */
  readonly wrk: string | undefined;
  /** Tells the user how far the run has come. */
  readonly say: (line: string) => void;
}

type Rounds<R> = Array<Array<Round<R>>>;

const WARM_UP_SECONDS = 2;

function closedLoop(bench: Bench, job: ClosedLoopJob): Promise<ClosedLoopResult> {
  const cpu = bench.placeFor('closed');
  return bench.wrk === undefined ? runJob(job, cpu) : runWrk(bench.wrk, job, bench.folder, cpu);
}

/** Lets the candidates take turns: A B C, A B C, …, and says after each what was measured. */
async function inTurns<R>(
  bench: Bench,
  what: string,
  roundCount: number,
  measure: (gateway: RunningGateway) => Promise<R>,
  describe: (result: R) => string,
): Promise<Rounds<R>> {
  const rounds: Rounds<R> = [];
  for (let index = 1; index <= roundCount; index++) {
    const round: Array<Round<R>> = [];
    for (const gateway of bench.gateways) {
      const [result, load] = await observeLoad(gateway.pids(), bench.upstreamPid, () => measure(gateway));
      round.push({ gateway: gateway.name, result, load });
      bench.say(`${what}, round ${index} of ${roundCount}, ${gateway.name}: ${describe(result)}`);
    }
    rounds.push(round);
  }
  return rounds;
}

async function warmUp(bench: Bench): Promise<void> {
  for (const gateway of bench.gateways) {
    const target = targetOf(gateway);
    const { failures } = await closedLoop(bench, { kind: 'closed', target, connections: 16, seconds: WARM_UP_SECONDS });
    const failed = totalFailures(failures);
    if (failed > 0)
      bench.say(`warning: ${gateway.name} failed ${failed} requests of the warm-up: ${JSON.stringify(failures)}`);
  }
}

function measureClosed(bench: Bench): Promise<Rounds<ClosedLoopResult>> {
  const { rounds, connections, seconds } = bench.options;
  return inTurns(
    bench,
    'closed loop',
    rounds,
    (gateway) => closedLoop(bench, { kind: 'closed', target: targetOf(gateway), connections, seconds }),
    (result) => `${Math.round(result.requests / result.seconds)} requests/s, ${totalFailures(result.failures)} failed`,
  );
}

function measureOpen(bench: Bench): Promise<Rounds<OpenLoopResult>> {
  const { rounds, ratePerSecond, seconds } = bench.options;
  const cpu = bench.placeFor('open');
  return inTurns(
    bench,
    'open loop',
    rounds,
    (gateway) => runJob({ kind: 'open', target: targetOf(gateway), ratePerSecond, seconds }, cpu),
    ({ latencyMs, failures }) =>
      `p50 ${latencyMs.p50.toFixed(2)} ms, p99 ${latencyMs.p99.toFixed(2)} ms, ${totalFailures(failures)} failed`,
  );
}

async function measureStreams(bench: Bench, concurrency: number, memory: ReadonlyMap<string, MemoryFigures>) {
  const cpu = bench.placeFor('streams');
  const rounds = await inTurns(
    bench,
    `${concurrency} streams`,
    bench.options.streamRounds,
    async (gateway): Promise<StreamsResult> => {
      const job = { kind: 'streams', target: targetOf(gateway), concurrency } as const;
      const [result, peak] = await peakRssDuring(gateway.pids(), () => runJob(job, cpu));
      const figures = memory.get(gateway.name);
      if (figures !== undefined) figures.duringStreams = Math.max(figures.duringStreams ?? 0, peak);
      return result;
    },
    ({ firstTokenMs, missingChunks, failures }) =>
      `first token p50 ${firstTokenMs.p50.toFixed(1)} ms, ${missingChunks} chunks missing, ${totalFailures(failures)} failed`,
  );
  return { concurrency, rounds };
}

/** Runs the chosen scenarios one after another with memory read between them. */
export async function measureAll(bench: Bench): Promise<Measurements> {
  const { scenarios, concurrencies } = bench.options;
  const memory = new Map<string, MemoryFigures>();
  const noteMemory = async (note: (figures: MemoryFigures, rssBytes: number, peakRssBytes: number) => void) => {
    for (const gateway of bench.gateways) {
      const { rssBytes, peakRssBytes } = await readMemory(gateway.pids());
      const figures = memory.get(gateway.name) ?? { idle: rssBytes };
      note(figures, rssBytes, peakRssBytes);
      memory.set(gateway.name, figures);
    }
  };

  await noteMemory(() => {});
  await warmUp(bench);
  const closed = scenarios.includes('closed') ? await measureClosed(bench) : [];
  if (closed.length > 0) await noteMemory((figures, rss) => Object.assign(figures, { afterClosed: rss }));
  const open = scenarios.includes('open') ? await measureOpen(bench) : [];
  const streams = [];
  for (const concurrency of scenarios.includes('streams') ? concurrencies : []) {
    streams.push(await measureStreams(bench, concurrency, memory));
  }
  await noteMemory((figures, rss, peak) => Object.assign(figures, { end: rss, peak }));
  return { closed, open, streams, memory: Object.fromEntries(memory) };
}
