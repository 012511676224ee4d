import type { Fleet, FleetNode } from '../api/fleet.ts';
import { renderTable } from './table.ts';

const HEAD = ['NODE', 'ADDRESS', 'STATE', 'SINCE', 'REVISION', 'BEHIND', 'ACKNOWLEDGED', 'LAST ERROR'];

export function renderNodes({ nodes, revision }: Fleet): string {
  if (nodes.length === 0) return `No node has connected yet (revision ${revision})`;
  return `${renderTable(HEAD, nodes.map(toRow))}\n\nThe current revision is ${revision}`;
}

const toRow = (node: FleetNode): readonly string[] => [
  node.nodeId,
  node.address,
  node.state.toLowerCase(),
  node.stateSince,
  `${node.revision}`,
  describeLag(node),
  node.acknowledgedAt ?? '-',
  node.lastError ?? '',
];

/** A node that enforces the current revision is not behind. */
function describeLag({ lag, lagMs }: FleetNode): string {
  if (lag === 0) return '-';
  return `${lag} ${lag === 1 ? 'revision' : 'revisions'}, ${lagMs < 1_000 ? `${lagMs} ms` : `${Math.round(lagMs / 1_000)} s`}`;
}
