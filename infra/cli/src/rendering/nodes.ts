import type { Fleet, FleetNode } from '../api/fleet.ts';
import { renderTable } from './table.ts';

const HEAD = ['NODE', 'ADDRESS', 'STATE', 'REVISION', 'LAG', 'ACKNOWLEDGED', 'LAST ERROR'];

export function renderNodes({ nodes, revision }: Fleet): string {
  if (nodes.length === 0) return `No node has connected yet (revision ${revision})`;
  return `${renderTable(HEAD, nodes.map(toRow))}\n\nThe current revision is ${revision}`;
}

const toRow = (node: FleetNode): readonly string[] => [
  node.nodeId,
  node.address,
  node.connected ? 'connected' : 'away',
  `${node.revision ?? '-'}`,
  `${node.lag ?? '-'}`,
  node.acknowledgedAt ?? '-',
  node.lastError ?? '',
];
