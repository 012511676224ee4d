import type { SealingKey } from '../api/sealing-keys.ts';
import { renderTable } from './table.ts';

const HEAD = ['SEALING KEY', 'USE', 'DATA KEYS', 'CAN BE TAKEN OUT'];

export function renderSealingKeys(keys: readonly SealingKey[]): string {
  const blockers = keys
    .filter(({ isCurrent }) => !isCurrent)
    .flatMap(({ keyId, blockers }) => blockers.map((why) => `${keyId} is still needed: ${why}`));
  return [renderTable(HEAD, keys.map(toRow)), ...blockers].join('\n');
}

const toRow = ({ keyId, isCurrent, isAccepted, dataKeys, isRemovable }: SealingKey): readonly string[] => [
  keyId,
  isCurrent ? 'current' : isAccepted ? 'previous' : 'not accepted',
  `${dataKeys}`,
  isCurrent ? '' : isRemovable ? 'yes' : 'not yet',
];
