import type { Commit } from '../api/change-set.ts';
import type { VirtualKey } from '../api/virtual-keys.ts';
import { printable } from './printable.ts';
import { renderTable } from './table.ts';

const HEAD = ['KEY', 'STATE', 'TEAM', 'MODELS', 'EXPIRES', 'TAGS'];

/** `nowMs` tells which keys have expired. */
export function renderKeys(keys: readonly VirtualKey[], nowMs: number): string {
  return keys.length === 0
    ? 'No keys'
    : renderTable(
        HEAD,
        keys.map((key) => toRow(key, nowMs)),
      );
}

const toRow = (key: VirtualKey, nowMs: number): readonly string[] => [
  key.name,
  stateOf(key, nowMs),
  key.team ?? '-',
  key.models?.join(',') ?? '-',
  key.expiresAt ?? 'never',
  key.tags?.join(',') ?? '',
];

function stateOf({ blocked, expiresAt }: VirtualKey, nowMs: number): string {
  if (blocked) return 'blocked';
  return expiresAt !== null && Date.parse(expiresAt) <= nowMs ? 'expired' : 'active';
}

/** What became of `keys block` and `keys unblock`. */
export function renderBlocked(action: 'block' | 'unblock', name: string, { committed, revision }: Commit): string {
  const state = action === 'block' ? 'blocked' : 'not blocked';
  const words = committed ? `is ${state} now` : `was ${state} already`;
  return `key ${printable(name)} ${words} (revision ${revision})`;
}
