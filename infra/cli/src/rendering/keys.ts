import type { VirtualKey } from '../api/virtual-keys.ts';
import type { OutcomeWords } from './outcome-words.ts';
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
export function renderBlocked(action: 'block' | 'unblock', name: string): OutcomeWords {
  const state = action === 'block' ? 'blocked' : 'not blocked';
  return { done: `key ${name} is ${state} now`, already: `key ${name} was ${state} already` };
}
