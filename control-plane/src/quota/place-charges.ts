import { type ChargesAnswer, type DeclaredQuota, parseQuotaId, parseWindow, type QuotaTerms } from '@tollgate/schema';
import type { SlotCharge } from './holder-store.ts';
import type { SlotSpan } from './slot-span.ts';

/** As much of a quota as its slots follow from, which its id tells, whether or not it is declared still. */
export type QuotaWindow = Pick<DeclaredQuota, 'id' | 'window' | 'timezone'>;

/** Undefined if the text is no quota's id. */
export function windowOf(id: string): QuotaWindow | undefined {
  const terms: QuotaTerms | undefined = parseQuotaId(id)?.terms;
  if (terms === undefined) return undefined;
  const window = terms.window === undefined ? undefined : parseWindow(terms.window);
  return { id, window, timezone: terms.timezone ?? 'UTC' };
}

/** Finds the slots of quotas at an instant, by their ids. */
export type FindSpans = (quotas: readonly QuotaWindow[], atMs: number) => Promise<ReadonlyMap<string, SlotSpan>>;

/**
 * Finds for each charge of a holder's records the slot in which it counts. One without a slot was let through without a lease; it counts where its
 * request belongs by its time. Those of slots that have left the window count no more.
 */
export async function placeCharges(
  charges: ChargesAnswer['charges'],
  spansAt: FindSpans,
  nowMs: number,
): Promise<readonly SlotCharge[]> {
  const windows = new Map([...new Set(charges.map(({ quota }) => quota))].map((id) => [id, windowOf(id)]));
  const known = [...windows.values()].filter((window) => window !== undefined);
  const now = await spansAt(known, nowMs);
  const sums = new Map<string, SlotCharge>();
  for (const { quota, slot: charged, startedAtMs, amount } of charges) {
    const window = windows.get(quota);
    if (window === undefined || amount === 0) continue;
    const slot = charged ?? (await spansAt([window], startedAtMs ?? nowMs)).get(quota)?.slot;
    if (slot === undefined || slot < (now.get(quota)?.fromSlot ?? 0)) continue;
    const key = `${quota}\n${slot}`;
    sums.set(key, { quota, slot, amount: amount + (sums.get(key)?.amount ?? 0) });
  }
  return [...sums.values()];
}
