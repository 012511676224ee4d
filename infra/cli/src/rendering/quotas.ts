import { formatUsd } from '@tollgate/schema';
import type { Quota } from '../api/quotas.ts';
import { renderTable } from './table.ts';

const HEAD = ['ID', 'COUNTS', 'LIMIT', 'USED', 'LEASED', 'LEFT', 'RESETS', 'NODES', 'NOTES'];

export const renderQuotas = (quotas: readonly Quota[]): string =>
  quotas.length === 0 ? 'No quotas' : renderTable(HEAD, quotas.map(toRow));

function toRow(quota: Quota): readonly string[] {
  const { id, unit, limit, settled, leased, remaining, resetsAt, holders } = quota;
  const amount = (value: bigint) => (unit === 'nano_usd' ? formatUsd(value) : String(value));
  return [
    id,
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

/** Amounts may be larger than a number of JSON holds exactly. */
export const bigintsToText = (value: unknown): unknown => JSON.parse(JSON.stringify(value, bigintToText));

const bigintToText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
