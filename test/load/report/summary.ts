import { totalFailures } from '../generator/failures.ts';
import { comparedWith, valuesOf } from '../measure/compare.ts';
import type { Measurements, Round } from '../measure/round.ts';
import type { Percentiles } from '../measure/samples.ts';
import { median } from '../measure/samples.ts';

/** Every figure is the median over the rounds; NaN (null in JSON) when it was not measured. */
export interface ClosedSummary {
  readonly gateway: string;
  readonly requestsPerSecond: number;
  readonly slowestRound: number;
  readonly fastestRound: number;
  /** Compared with nginx in the same round. */
  readonly shareOfNginx: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUsPerRequest: number;
  /** CPU time of nginx per request divided by this one's: the share it would reach if only CPU time counted. */
  readonly cpuShareOfNginx: number;
  /** CPUs that the gateway kept busy; clearly below 1 means that something else was the limit. */
  readonly busyCpus: number;
  readonly failed: number;
}

export interface OpenSummary {
  readonly gateway: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly addedP50Ms: number;
  readonly addedP99Ms: number;
  readonly latenessP99Ms: number;
  readonly cpuUsPerRequest: number;
  readonly failed: number;
}

export interface StreamsSummary {
  readonly gateway: string;
  readonly concurrency: number;
  readonly firstTokenP50Ms: number;
  readonly firstTokenP99Ms: number;
  readonly addedP50Ms: number;
  readonly addedP99Ms: number;
  readonly chunkDelayP50Ms: number;
  readonly chunkDelayP99Ms: number;
  readonly jitterP99Ms: number;
  readonly cpuUsPerChunk: number;
  readonly busyCpus: number;
  readonly chunks: number;
  readonly missingChunks: number;
  readonly failed: number;
}

export interface Summary {
  readonly closed: readonly ClosedSummary[];
  readonly open: readonly OpenSummary[];
  readonly streams: readonly StreamsSummary[];
  /** CPUs busy with something else: the median and the worst of all measurements. */
  readonly otherCpus: { readonly median: number; readonly worst: number };
}

type Rounds<R> = ReadonlyArray<ReadonlyArray<Round<R>>>;

function busyCpus({ load }: Round<unknown>): number {
  return load.gatewayCpuSeconds / load.wallSeconds;
}

function added<R>(
  rounds: Rounds<R>,
  gateway: string,
  latency: (result: R) => Percentiles,
  which: 'p50' | 'p99',
): number {
  return comparedWith(
    rounds,
    gateway,
    'direct',
    (one, direct) => latency(one.result)[which] - latency(direct.result)[which],
  );
}

function gatewaysOf(rounds: Rounds<unknown>): string[] {
  return (rounds[0] ?? []).map(({ gateway }) => gateway);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function summarizeClosed(rounds: Measurements['closed']): ClosedSummary[] {
  const rate = ({ result }: (typeof rounds)[number][number]): number => result.requests / result.seconds;
  const cpuUs = ({ result, load }: (typeof rounds)[number][number]): number =>
    (load.gatewayCpuSeconds * 1e6) / result.requests;
  return gatewaysOf(rounds).map((gateway) => {
    const rates = valuesOf(rounds, gateway, rate);
    return {
      gateway,
      requestsPerSecond: median(rates),
      slowestRound: Math.min(...rates),
      fastestRound: Math.max(...rates),
      shareOfNginx: comparedWith(rounds, gateway, 'nginx', (one, nginx) => rate(one) / rate(nginx)),
      p50Ms: median(valuesOf(rounds, gateway, ({ result }) => result.latencyMs.p50)),
      p99Ms: median(valuesOf(rounds, gateway, ({ result }) => result.latencyMs.p99)),
      cpuUsPerRequest: median(valuesOf(rounds, gateway, cpuUs)),
      cpuShareOfNginx: comparedWith(rounds, gateway, 'nginx', (one, nginx) => cpuUs(nginx) / cpuUs(one)),
      busyCpus: median(valuesOf(rounds, gateway, busyCpus)),
      failed: sum(valuesOf(rounds, gateway, ({ result }) => totalFailures(result.failures))),
    };
  });
}

function summarizeOpen(rounds: Measurements['open']): OpenSummary[] {
  return gatewaysOf(rounds).map((gateway) => {
    const middle = (value: (round: (typeof rounds)[number][number]) => number): number =>
      median(valuesOf(rounds, gateway, value));
    return {
      gateway,
      p50Ms: middle(({ result }) => result.latencyMs.p50),
      p99Ms: middle(({ result }) => result.latencyMs.p99),
      addedP50Ms: added(rounds, gateway, ({ latencyMs }) => latencyMs, 'p50'),
      addedP99Ms: added(rounds, gateway, ({ latencyMs }) => latencyMs, 'p99'),
      latenessP99Ms: middle(({ result }) => result.latenessMs.p99),
      cpuUsPerRequest: middle(({ result, load }) => (load.gatewayCpuSeconds * 1e6) / result.requests),
      failed: sum(valuesOf(rounds, gateway, ({ result }) => totalFailures(result.failures))),
    };
  });
}

function summarizeStreams({ concurrency, rounds }: Measurements['streams'][number]): StreamsSummary[] {
  return gatewaysOf(rounds).map((gateway) => {
    const values = (value: (round: (typeof rounds)[number][number]) => number): number[] =>
      valuesOf(rounds, gateway, value);
    return {
      gateway,
      concurrency,
      firstTokenP50Ms: median(values(({ result }) => result.firstTokenMs.p50)),
      firstTokenP99Ms: median(values(({ result }) => result.firstTokenMs.p99)),
      addedP50Ms: added(rounds, gateway, ({ firstTokenMs }) => firstTokenMs, 'p50'),
      addedP99Ms: added(rounds, gateway, ({ firstTokenMs }) => firstTokenMs, 'p99'),
      chunkDelayP50Ms: median(values(({ result }) => result.chunkDelayMs.p50)),
      chunkDelayP99Ms: median(values(({ result }) => result.chunkDelayMs.p99)),
      jitterP99Ms: median(values(({ result }) => result.jitterMs.p99)),
      cpuUsPerChunk: median(values(({ result, load }) => (load.gatewayCpuSeconds * 1e6) / result.chunks)),
      busyCpus: median(values(busyCpus)),
      chunks: sum(values(({ result }) => result.chunks)),
      missingChunks: sum(values(({ result }) => result.missingChunks)),
      failed: sum(values(({ result }) => totalFailures(result.failures))),
    };
  });
}

/** Boils the rounds down to one line per candidate and scenario. */
export function summarize({ closed, open, streams }: Measurements): Summary {
  const all = [closed, open, ...streams.map(({ rounds }) => rounds)].flat(2);
  const others = all.map(({ load }) => load.otherCpus);
  return {
    closed: summarizeClosed(closed),
    open: summarizeOpen(open),
    streams: streams.flatMap(summarizeStreams),
    otherCpus: { median: median(others), worst: Math.max(0, ...others) },
  };
}
