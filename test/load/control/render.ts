import type { Percentiles } from '../measure/samples.ts';
import { figure, table } from '../report/table.ts';
import type { CommitFigures } from './commits.ts';
import type { PlanFigures } from './plan.ts';
import type { PropagationFigures } from './propagation.ts';
import type { ScaleFigures } from './scale/measure-scale.ts';

/** What was measured; what was left out is undefined. */
export interface Figures {
  readonly commits?: readonly CommitFigures[];
  readonly propagation?: PropagationFigures;
  readonly plan?: PlanFigures;
  readonly scale?: ScaleFigures;
}

const MEBIBYTE = 1024 * 1024;
const mebibytes = (bytes: number): string => figure(bytes / MEBIBYTE, 0);
const times = ({ p50, p99, max }: Percentiles, digits = 1): string[] =>
  [p50, p99, max].map((value) => figure(value, digits));

const commitsTable = (rows: readonly CommitFigures[]): string =>
  table(
    ['commits', 'per second', 'p50 ms', 'p99 ms', 'max ms'],
    rows.map(({ writers, commitsPerSecond, latencyMs }) => [
      `${writers} at once`,
      figure(commitsPerSecond, 0),
      ...times(latencyMs),
    ]),
  );

const propagationTable = (figures: PropagationFigures): string =>
  table(
    [`${figures.nodes} nodes, ${figures.rounds} times`, 'p50 ms', 'p99 ms', 'max ms', 'target p99'],
    [
      ['a node refuses, after the answer', ...times(figures.afterAnswerMs), '100'],
      ['a node refuses, after sending', ...times(figures.afterSendingMs), ''],
      ['the last node refuses, after sending', ...times(figures.lastNodeMs), ''],
    ],
  );

const planTable = ({ entities, newSeconds, applySeconds, changedSeconds }: PlanFigures): string =>
  table(
    [`a document of ${entities} entities`, 'seconds', 'target'],
    [
      ['plan, nothing there yet', figure(newSeconds, 2), '3'],
      ['apply', figure(applySeconds, 2), ''],
      ['plan, ten keys changed', figure(changedSeconds, 2), '3'],
    ],
  );

function scaleTables({
  keys,
  changeSetMs,
  lastChangeSetsMs,
  snapshot,
  controlPlane,
  delta,
  node,
}: ScaleFigures): string {
  const one = table(
    [`${keys} keys`, 'measured', 'target'],
    [
      ['change set of 10,000 keys, ms', figure(changeSetMs ?? Number.NaN, 0), ''],
      ['the last of them, ms', figure(lastChangeSetsMs ?? Number.NaN, 0), ''],
      ['snapshot, seconds', figure(snapshot.seconds, 1), ''],
      ['snapshot, MiB', mebibytes(snapshot.bytes), ''],
      [
        'control plane, MiB (peak)',
        `${mebibytes(controlPlane.rssBytes)} (${mebibytes(controlPlane.peakRssBytes)})`,
        '',
      ],
      ['node ready with a pull, seconds', figure(node.pullSeconds, 1), '20'],
      ['node ready from disk, seconds', figure(node.diskSeconds, 1), '20'],
      ['node after a pull, MiB (peak)', memory(node.afterPull), '1024'],
      ['node from disk, MiB (peak)', memory(node.afterDisk), '1024'],
    ],
  );
  const other = table(
    ['one key changes', 'p50', 'p99', 'max', 'target'],
    [
      ['delta, bytes', ...times(delta.bytes, 0), '2048'],
      ['delta here, ms after the answer', ...times(delta.afterAnswerMs), '20'],
      ['delta here, ms after sending', ...times(delta.afterSendingMs), ''],
      ['refused over HTTP, ms after sending', ...times(node.enforcedMs), ''],
    ],
  );
  return `${one}\n\n${other}`;
}

const memory = ({ rssBytes, peakRssBytes }: { readonly rssBytes: number; readonly peakRssBytes: number }): string =>
  `${mebibytes(rssBytes)} (${mebibytes(peakRssBytes)})`;

/** All that was measured, as text. */
export function renderFigures({ commits, propagation, plan, scale }: Figures): string {
  const parts = [
    ...(commits ? [commitsTable(commits)] : []),
    ...(propagation ? [propagationTable(propagation)] : []),
    ...(plan ? [planTable(plan)] : []),
    ...(scale ? [scaleTables(scale)] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}
