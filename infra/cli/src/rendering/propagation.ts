import type { NodePropagation, Propagation } from '../api/propagation.ts';
import type { Colours } from '../terminal.ts';
import { printable } from './printable.ts';

/** Who enforces the revision and after how long it said so, and why others do not. */
export function renderPropagation({ revision, reached, waitedMs, nodes }: Propagation, colours: Colours): string {
  const enforcing = nodes.filter(({ outcome }) => outcome === 'ACKNOWLEDGED').length;
  const head = `${enforcing} of ${nodes.length} nodes enforce revision ${revision} after ${waitedMs} ms`;
  const lines = nodes.map((node) => `  ${printable(node.nodeId)}: ${printable(describe(node))}`);
  return [reached ? colours.green(head) : colours.red(`${head}: fewer than were asked for`), ...lines].join('\n');
}

function describe({ outcome, revision, acknowledgedInMs, reason }: NodePropagation): string {
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
      return `is not linked (at revision ${revision})${because(reason)}`;
    case 'UNKNOWN':
      return `is not heard of (at revision ${revision})${because(reason)}`;
    default:
      return outcome satisfies never;
  }
}

const because = (reason: string | null): string => (reason === null ? '' : `: ${reason}`);
