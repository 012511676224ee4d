import type { QuotaUnit } from '@tollgate/schema';

/** What a request takes of each unit: at first an estimate, in the end what it was. `nano_usd` is null if there is no price. */
export type Amounts = {
  readonly nano_usd: number | null;
  readonly tokens: number;
  readonly requests: number;
  readonly concurrent: number;
};

/** What was used up of a unit once a request is over: requests under way are not. */
export const spentOf = (amounts: Amounts, unit: QuotaUnit): number =>
  unit === 'concurrent' ? 0 : (amounts[unit] ?? 0);
