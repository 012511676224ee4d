import type { NodePropagation, Propagation } from '../api/propagation.ts';
import type { Colours } from '../terminal.ts';
import { printable } from './printable.ts';

/**
 * Who enforces the revision and after how long it said so, and why others do not. That nodes are away, which are not waited
 * for and may still serve an older revision, is said at once and is never green.
 */
export function renderPropagation(propagation: Propagation, colours: Colours): string {
  const { revision, reached, enforcing, away, waitedMs, nodes } = propagation;
  if (away === null)
    return colours.red(`Whether any node enforces revision ${revision} is not known after ${waitedMs} ms`);
  const live = nodes.filter(({ waitedFor }) => waitedFor).length;
  const head =
    live === 0
      ? `No node is linked, so none enforces revision ${revision} yet`
      : `${enforcing} of ${live} live nodes enforce revision ${revision} after ${waitedMs} ms`;
  const good = away === 0 ? colours.green : colours.yellow;
  return [
    reached ? good(head) : colours.red(`${head}: fewer than were asked for`),
    ...(away > 0 ? [colours.yellow(describeAway(away))] : []),
    ...nodes.map((node) => `  ${printable(node.nodeId)}: ${printable(describe(node))}`),
  ].join('\n');
}

const describeAway = (away: number): string =>
  away === 1
    ? 'Beware: 1 node is away and may still serve an older revision, until it links again'
    : `Beware: ${away} nodes are away and may still serve an older revision, until they link again`;

function describe({ outcome, waitedFor, revision, acknowledgedInMs, reason }: NodePropagation): string {
  switch (outcome) {
    case 'ACKNOWLEDGED':
      return acknowledgedInMs === null ? 'enforces it' : `enforces it, after ${acknowledgedInMs} ms`;
    case 'PENDING':
      return `not yet (at revision ${revision}); enough others do`;
    case 'TIMED_OUT':
      return `did not answer in time (at revision ${revision})`;
    case 'REFUSED':
      return `refused it (at revision ${revision})${because(reason)}`;
    case 'DISCONNECTED':
      return `is away${waitedFor ? '' : ', not waited for'} (may serve revision ${revision})${because(reason)}`;
    case 'UNKNOWN':
      return `is not heard of (may serve revision ${revision})${because(reason)}`;
    default:
      return outcome satisfies never;
  }
}

const because = (reason: string | null): string => (reason === null ? '' : `: ${reason}`);
