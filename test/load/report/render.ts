import type { Measurements } from '../measure/round.ts';
import type { Summary } from './summary.ts';
import { figure, table } from './table.ts';

/** From here on what else the machine does bends the figures. */
const QUIET_CPUS = 0.1;

function closedTable({ closed }: Summary): string {
  return table(
    [
      'closed loop',
      'req/s',
      'min-max',
      'of nginx',
      'p50 ms',
      'p99 ms',
      'CPU us/req',
      'of nginx',
      'CPUs busy',
      'failed',
    ],
    closed.map((row) => [
      row.gateway,
      figure(row.requestsPerSecond, 0),
      `${figure(row.slowestRound, 0)}-${figure(row.fastestRound, 0)}`,
      figure(row.shareOfNginx, 2),
      figure(row.p50Ms, 2),
      figure(row.p99Ms, 2),
      figure(row.cpuUsPerRequest, 1),
      figure(row.cpuShareOfNginx, 2),
      figure(row.busyCpus, 2),
      String(row.failed),
    ]),
  );
}

function openTable({ open }: Summary): string {
  return table(
    ['open loop', 'p50 ms', 'p99 ms', 'added p50', 'added p99', 'late p99', 'CPU us/req', 'failed'],
    open.map((row) => [
      row.gateway,
      figure(row.p50Ms, 3),
      figure(row.p99Ms, 3),
      figure(row.addedP50Ms, 3),
      figure(row.addedP99Ms, 3),
      figure(row.latenessP99Ms, 3),
      figure(row.cpuUsPerRequest, 0),
      String(row.failed),
    ]),
  );
}

function streamsTable({ streams }: Summary): string {
  const header = [
    'streams',
    'at once',
    'TTFT p50',
    'TTFT p99',
    'added p50',
    'added p99',
    'chunk p50',
    'chunk p99',
    'jitter p99',
  ];
  return table(
    [...header, 'CPU us/chunk', 'CPUs busy', 'chunks', 'missing', 'failed'],
    streams.map((row) => [
      row.gateway,
      String(row.concurrency),
      figure(row.firstTokenP50Ms, 2),
      figure(row.firstTokenP99Ms, 2),
      figure(row.addedP50Ms, 2),
      figure(row.addedP99Ms, 2),
      figure(row.chunkDelayP50Ms, 2),
      figure(row.chunkDelayP99Ms, 2),
      figure(row.jitterP99Ms, 2),
      figure(row.cpuUsPerChunk, 1),
      figure(row.busyCpus, 2),
      String(row.chunks),
      String(row.missingChunks),
      String(row.failed),
    ]),
  );
}

function memoryTable({ memory }: Measurements): string {
  const mebibytes = (bytes: number | undefined): string =>
    figure(bytes === undefined ? undefined : bytes / 1024 / 1024, 1);
  return table(
    ['memory, MiB', 'idle', 'after closed', 'during streams', 'end', 'peak'],
    Object.entries(memory).map(([gateway, { idle, afterClosed, duringStreams, end, peak }]) => [
      gateway,
      ...[idle, afterClosed, duringStreams, end, peak].map(mebibytes),
    ]),
  );
}

function machineLine({ otherCpus }: Summary): string {
  const line = `${figure(otherCpus.median, 2)} CPUs were busy with something else (worst round ${figure(otherCpus.worst, 2)}).`;
  return otherCpus.median > QUIET_CPUS ? `${line} The machine was not quiet: only the ratios mean something.` : line;
}

/** The whole report as text: a table for each scenario that was run. */
export function renderReport(measurements: Measurements, summary: Summary): string {
  const parts = [
    ...(summary.closed.length > 0 ? [closedTable(summary)] : []),
    ...(summary.open.length > 0 ? [openTable(summary)] : []),
    ...(summary.streams.length > 0 ? [streamsTable(summary)] : []),
    memoryTable(measurements),
    machineLine(summary),
  ];
  return `${parts.join('\n\n')}\n`;
}
