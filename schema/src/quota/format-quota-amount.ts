import { formatUsd } from '../money.ts';
import type { QuotaUnit } from './node-quota.ts';

/** An amount of a quota as people read it: `0.05 USD` of money, else the number. */
export const formatQuotaAmount = (unit: QuotaUnit, amount: number | bigint): string =>
  unit === 'nano_usd' ? `${formatUsd(amount)} USD` : String(amount);
