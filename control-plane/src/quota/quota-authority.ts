import type { DeclaredQuota, GrantItem, GrantMessage, LeaseItem, LeaseMessage } from '@tollgate/schema';
import { decideGrant, type GrantDecision } from './decide-grant.ts';
import type { CountedSpan, HolderTally, LeaseStore, LeaseTransaction } from './lease-store.ts';
import type { QuotaCatalogue } from './quota-catalogue.ts';
import { type SlotSpan, slotSpanAt } from './slot-span.ts';

export type QuotaAuthority = {
  /**
   * Takes a holder's reports into account and grants what it asks for, in one transaction: a grant that the holder hears of
   * is on the disk, and one that it does not hear of is told again by the answer to its next message.
   * @returns undefined for a message that is older than one that was taken
   */
  lease(nodeId: string, message: LeaseMessage): Promise<GrantMessage | undefined>;
};

type Deps = { readonly store: LeaseStore; readonly catalogue: Pick<QuotaCatalogue, 'find'> };

/**
 * Leases out what is common to all nodes. It keeps nothing in memory that matters: each replica of the control plane is as good as the
 * other, and quotas are locked in the store while they are granted of.
 */
export function createQuotaAuthority({ store, catalogue }: Deps): QuotaAuthority {
  return {
    async lease(nodeId, { holder, seq, recorded, items: all }) {
      // Of a quota that stands in it twice, both would be granted what is there once.
      const items = [...new Map(all.map((item) => [item.quota, item])).values()];
      const declared = await catalogue.find(items.map(({ quota }) => quota));
      const gone = items.flatMap(({ quota }) => (declared.has(quota) ? [] : [quota]));
      const granted = await store.transaction(async (trx) => {
        if (!(await trx.takeMessage({ holder, nodeId, seq }))) return undefined;
        const known = items.filter(({ quota }) => declared.has(quota));
        const nowMs = await trx.lock(known.map(({ quota }) => quota));
        await trx.writeReports(holder, items, recorded);
        const spans = await spansOf(trx, [...declared.values()], nowMs);
        const tallies = await trx.readTallies(toCounted(declared, spans), holder);
        const answers = known.map((item) => answer(item, { declared, spans, tallies, nowMs }));
        await trx.writeGrants(holder, answers.flatMap(toGrant));
        await trx.recall(answers.flatMap(({ item }) => (item.short === 'recalling' ? [item.quota] : [])));
        return answers.map(({ item }) => item);
      });
      return granted && { type: 'grant', holder, seq, items: granted, gone };
    },
  };
}

/** The slot of each quota at an instant, with those that count beside it. */
export async function spansOf(
  trx: Pick<LeaseTransaction, 'periodAt'>,
  quotas: readonly Pick<DeclaredQuota, 'id' | 'window' | 'timezone'>[],
  nowMs: number,
) {
  const spans = new Map<string, SlotSpan>();
  for (const { id, window, timezone } of quotas) {
    const period = window?.kind === 'calendar' ? await trx.periodAt(window.unit, timezone, nowMs) : undefined;
    spans.set(id, slotSpanAt(window, nowMs, period));
  }
  return spans;
}

type Known = {
  readonly declared: ReadonlyMap<string, DeclaredQuota>;
  readonly spans: ReadonlyMap<string, SlotSpan>;
  readonly tallies: ReadonlyMap<string, HolderTally>;
  readonly nowMs: number;
};

/** A slot that its holder has left is not taken up again, though the clock here may still be in it. */
const NOTHING: GrantDecision = Object.freeze({ grant: 0 });

type Answer = { readonly item: GrantItem; readonly grant: number };

function answer(item: LeaseItem, { declared, spans, tallies, nowMs }: Known): Answer {
  const { quota: id, slots } = item;
  const [quota, span, tally] = [declared.get(id), spans.get(id), tallies.get(id)];
  if (quota === undefined || span === undefined || tally === undefined) throw new Error(`nothing is known of ${id}`);
  const limit = limitAt(quota, nowMs);
  const decision = tally.isClosed ? NOTHING : decideGrant({ ...tally, limit, ...asked(item, span.slot, tally) });
  const { slot } = span;
  const inMs = (atMs: number | null) => (atMs === null ? null : Math.max(0, atMs - nowMs));
  return {
    grant: decision.grant,
    item: {
      quota: id,
      slot,
      granted: tally.isClosed ? 0 : tally.granted + decision.grant,
      usableForMs: inMs(span.usableUntilMs),
      nextSlotInMs: inMs(span.nextSlotMs),
      limit,
      held: tally.held + decision.grant,
      resetInMs: resetInMs(span, tally, nowMs),
      ...(decision.short && { short: decision.short }),
      closed: slots.filter(({ over }) => over).map((report) => report.slot),
    },
  };
}

/** Less what it was granted already, and had not heard of when it asked. */
function asked({ slots, need, waiting, want }: LeaseItem, current: number, { granted }: HolderTally) {
  const unheard = granted - (slots.find(({ slot }) => slot === current)?.granted ?? 0);
  const beyond = (amount: number) => Math.max(0, amount - unheard);
  return { need: beyond(need), waiting: beyond(waiting), want: beyond(want) };
}

/** The limit with what it is increased by for a while. */
export const limitAt = ({ limit, increase }: DeclaredQuota, nowMs: number): number =>
  increase !== undefined && nowMs < increase.untilMs ? limit + increase.by : limit;

/** When the oldest slot in which anything is held leaves the window. */
export function resetInMs(
  { countsForMs, slot }: SlotSpan,
  { oldestSlot }: Pick<HolderTally, 'oldestSlot'>,
  nowMs: number,
): number | null {
  return countsForMs === null ? null : Math.max(0, (oldestSlot ?? slot) + countsForMs - nowMs);
}

export function toCounted(
  declared: ReadonlyMap<string, DeclaredQuota>,
  spans: ReadonlyMap<string, SlotSpan>,
): readonly CountedSpan[] {
  return [...spans].map(([id, { slot, fromSlot }]) => ({
    id,
    slot,
    fromSlot,
    isConcurrent: declared.get(id)?.unit === 'concurrent',
  }));
}

const toGrant = ({ item: { quota, slot }, grant }: Answer) =>
  grant > 0 ? [{ quota_id: quota, slot, amount: grant }] : [];
