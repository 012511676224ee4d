import type { Fleet } from '../api/fleet.ts';
import type { Check } from '../rendering/checks.ts';
import type { Readiness } from './probe.ts';

type Subject = { readonly name: string; readonly url: string; readonly setting: string; readonly waitsFor: string };

/** Judges a process by its `/readyz`. */
export function checkReadiness({ name, url, setting, waitsFor }: Subject, readiness: Readiness): Check {
  if ('unreachable' in readiness)
    return {
      state: 'problem',
      name,
      detail: `not reachable at ${url} (${readiness.unreachable})`,
      advice: `Start it, or set ${setting} to where it is.`,
    };
  if (readiness.status === 200) return { state: 'ok', name, detail: `ready at ${url}` };
  if (readiness.status === 503)
    return { state: 'problem', name, detail: `not ready at ${url}`, advice: `It runs; see in its log ${waitsFor}.` };
  return {
    state: 'problem',
    name,
    detail: `${url}/readyz answers HTTP ${readiness.status}`,
    advice: `Something else seems to listen there: check ${setting}.`,
  };
}

/** Judges the fleet: at least one node is connected, and every connected one enforces the current revision. */
export function checkFleet({ nodes, revision }: Fleet): readonly Check[] {
  const connected = nodes.filter((node) => node.connected);
  const away = nodes.length - connected.length;
  if (connected.length === 0)
    return [
      {
        state: 'problem',
        name: 'nodes',
        detail: `none is connected${away > 0 ? `; ${away} were` : ''}`,
        advice: 'Start a data-plane node, and see in its log whether it can reach the control plane.',
      },
      { state: 'skipped', name: 'revision', detail: `current is ${revision}; no node to compare` },
    ];
  const behind = connected.filter((node) => node.revision !== revision);
  const counts = `${connected.length} connected${away > 0 ? `, ${away} away` : ''}`;
  return [
    { state: 'ok', name: 'nodes', detail: counts },
    behind.length === 0
      ? { state: 'ok', name: 'revision', detail: `every connected node enforces ${revision}` }
      : {
          state: 'problem',
          name: 'revision',
          detail: `current is ${revision}; behind are ${behind.map(describe).join('; ')}`,
          advice:
            'A node that is behind for more than a moment says why in its log; restarting it fetches everything anew.',
        },
  ];
}

const describe = ({ nodeId, revision, lastError }: Fleet['nodes'][number]): string =>
  `${nodeId} at ${revision}${lastError === null ? '' : ` (${lastError})`}`;
