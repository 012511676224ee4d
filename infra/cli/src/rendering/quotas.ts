import { formatUsd } from '@tollgate/schema';
import type { Quota } from '../api/quotas.ts';
import { renderTable } from './table.ts';

const HEAD = ['OWNER', 'COUNTS', 'LIMIT', 'USED', 'LEASED', 'LEFT', 'RESETS', 'NODES', 'NOTES'];

export const renderQuotas = (quotas: readonly Quota[]): string =>
  quotas.length === 0 ? 'No quotas' : renderTable(HEAD, quotas.map(toRow));

function toRow(quota: Quota): readonly string[] {
  const { ownerKind, ownerName, unit, limit, settled, leased, remaining, resetsAt, holders } = quota;
  const amount = (value: bigint) => (unit === 'nano_usd' ? formatUsd(value) : String(value));
  return [
    `${ownerKind}:${ownerName}`,
    countsOf(quota),
    amount(limit),
    amount(settled),
    amount(leased),
    amount(remaining),
    resetsAt ?? 'never',
    String(holders),
    notesOf(quota).join(', '),
  ];
}

/** Such as `USD per day Europe/Berlin of gpt-4.1`. */
function countsOf({ unit, window, timezone, model }: Quota): string {
  const counted = unit === 'nano_usd' ? 'USD' : unit;
  const zone = timezone === 'UTC' ? '' : ` ${timezone}`;
  return `${counted}${window === null ? '' : ` per ${window}${zone}`}${model === null ? '' : ` of ${model}`}`;
}

const notesOf = ({ mode, shadowRefusals, softLimitReached }: Quota): readonly string[] => [
  ...(mode === 'SHADOW' ? [`shadow: would have refused ${shadowRefusals}`] : []),
  ...(softLimitReached ? ['soft limit reached'] : []),
];
