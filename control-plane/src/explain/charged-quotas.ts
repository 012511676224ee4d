import { type DeclaredQuota, parseQuotaId, type QuotaCharge, type UsageRecord } from '@tollgate/schema';
import { limitAt } from '../quota/quota-authority.ts';

/** A quota that counted a request: what it was charged, and what held of it then. */
export type ChargedQuota = {
  readonly id: string;
  /** What the id says; undefined if it is none. */
  readonly parsed: ReturnType<typeof parseQuotaId>;
  /** Undefined if the history does not have it, or who asks may not read it. */
  readonly declared: DeclaredQuota | undefined;
  /** With the temporary increase that held. */
  readonly limit: number | undefined;
  readonly amount: number;
  /** The begin of the newest piece of its window that was charged; null if there was none, or no lease of it. */
  readonly slot: number | null;
};

/** All quotas of which a request had reserved, in turn. */
export function chargedQuotas(
  { charges, uncharged = [], startedAtMs }: UsageRecord,
  declared: ReadonlyMap<string, DeclaredQuota>,
): readonly ChargedQuota[] {
  const byId = new Map<string, Pick<QuotaCharge, 'amount' | 'slot'>>();
  for (const { quota, slot, amount } of charges)
    byId.set(quota, { amount: amount + (byId.get(quota)?.amount ?? 0), slot });
  for (const quota of uncharged) if (!byId.has(quota)) byId.set(quota, { amount: 0, slot: null });
  return [...byId].map(([id, charge]) => {
    const quota = declared.get(id);
    const limit = quota && limitAt(quota, startedAtMs);
    return { id, parsed: parseQuotaId(id), declared: quota, limit, ...charge };
  });
}
