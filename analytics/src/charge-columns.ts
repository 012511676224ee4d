import type { QuotaCharge } from '@tollgate/schema';

/** The three columns of the table `usage` that hold a record's charges side by side. */
export function toChargeColumns(charges: readonly QuotaCharge[]) {
  return {
    charge_quotas: charges.map(({ quota }) => quota),
    charge_slots: charges.map(({ slot }) => slot),
    charge_amounts: charges.map(({ amount }) => amount),
  };
}

/** The charges of a row as the contract has them. */
export const CHARGES_SQL =
  "CAST(arrayZip(charge_quotas, charge_slots, charge_amounts), 'Array(Tuple(quota String, slot Nullable(Int64), amount UInt64))')";
