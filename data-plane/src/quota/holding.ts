import { type GrantItem, LEASE_SLOTS_MAX, type LeaseItem, type SlotReport } from '@tollgate/schema';

/** What this process was granted in one slot of a quota, and what it did with it; see the lease protocol in `schema`. */
export type Slot = {
  /** null for what was taken without a lease, until there is a slot to account for it. */
  readonly slot: number | null;
  granted: number;
  returned: number;
  spent: number;
  reserved: number;
  refused: number;
  /** Until when it may be spent from, on the monotonic clock in milliseconds. */
  usableUntilMs: number;
  /** Whether the last report, which may be under way, says how it stands. */
  isTold: boolean;
};

type PlacedSlot = Slot & { readonly slot: number };

/** What the authority last said of a quota, on the monotonic clock. */
export type QuotaView = {
  readonly limit: number;
  readonly held: number;
  readonly resetAtMs: number;
  readonly short: GrantItem['short'];
  readonly asOfMs: number;
};

/** This process's part of one quota. Time is the monotonic clock in milliseconds. */
export type Holding = {
  readonly id: string;
  /** What may be reserved at once. */
  available(nowMs: number): number;
  /** Reserves, whether or not so much is available, and says where. */
  reserve(amount: number, nowMs: number): Slot;
  /** Ends a reservation; `spent` of it was used up. */
  settle(slot: Slot, reserved: number, spent: number): void;
  /** Shadow mode would have refused a request. */
  countRefusal(nowMs: number): void;
  /** Whether more should be asked for before it is needed. */
  runsLow(nowMs: number): boolean;
  /** Somebody else needed it just now, so that nothing is asked for ahead. */
  isThrifty(nowMs: number): boolean;
  /** All that is not reserved will be given back with the next report. */
  giveBack(nowMs: number): void;
  /** Follows the demand; to be called at even times. What is not used is given back. */
  tick(nowMs: number, elapsedMs: number): void;
  /** Whether there is anything that the authority has not been told. */
  isDue(nowMs: number): boolean;
  /** What is to be told and asked, with what the first of the requests that wait is to reserve, and all of them together. */
  report(nowMs: number, missing: { readonly first: number; readonly all: number }): LeaseItem;
  /** What the last report said may not have been heard, nor what was answered. */
  untold(): void;
  /** Nothing more will be reserved: what is idle goes back, whatever the window. */
  close(): void;
  /** @param sentAtMs when the question was sent to which this is the answer */
  apply(grant: GrantItem, sentAtMs: number): void;
  /** No entity declares the quota any more; nobody wants to know what becomes of it. Its lease stays, should it be declared again. */
  gone(): void;
  view(): QuotaView | undefined;
  /** Nothing is held, reserved or to be told, nor was it just now: by any clock it is in another slot when it is used again. */
  isForgotten(nowMs: number): boolean;
};

/** So much of the demand is asked for ahead. */
const AHEAD_MS = 500;
/** What was not touched for so long is given back. */
const IDLE_MS = 10_000;
/** After a recall nothing is asked for ahead for so long. */
const THRIFT_MS = 1_000;
/** More is asked for ahead no more often than this, also while there is none to be had. */
const WANT_EVERY_MS = 50;
/** A lease of requests under way is renewed so long before it ends. */
const RENEW_BEFORE_MS = 30_000;
/** How much the newest tick weighs in the demand. */
const TICK_WEIGHT = 0.4;

const slotOf = <S extends number | null>(slot: S, granted: number): Slot & { readonly slot: S } => ({
  slot,
  granted,
  returned: 0,
  spent: 0,
  reserved: 0,
  refused: 0,
  usableUntilMs: Number.NEGATIVE_INFINITY,
  isTold: true,
});

const idleOf = ({ granted, returned, spent, reserved }: Slot): number =>
  Math.max(0, granted - returned - spent - reserved);

export function createHolding(id: string): Holding {
  let current: PlacedSlot | undefined;
  /** Slots that may not be spent from any more, until the authority has taken the last report of them. */
  let past: PlacedSlot[] = [];
  /** The newest slot that was left; the authority's clock may still be in it, but what was granted in it is accounted for. */
  let retiredSlot = Number.NEGATIVE_INFINITY;
  let leftAtMs = Number.NEGATIVE_INFINITY;
  const unplaced = slotOf(null, 0);
  let known: QuotaView | undefined;
  let nextSlotAtMs = Number.POSITIVE_INFINITY;
  let demand = 0;
  let perMs = 0;
  let touchedAtMs = Number.NEGATIVE_INFINITY;
  let thriftyUntilMs = Number.NEGATIVE_INFINITY;
  /** Of the last question; with one that was missed perhaps a grant was, too. */
  let answer: 'none' | 'awaited' | 'missed' = 'none';
  let wantedAtMs = Number.NEGATIVE_INFINITY;

  const isUsable = (nowMs: number): boolean => current !== undefined && nowMs < current.usableUntilMs;
  const available = (nowMs: number): number => (current !== undefined && isUsable(nowMs) ? idleOf(current) : 0);
  /** A slot with a next one is over once it may not be spent from; requests under way go on in theirs when it is renewed. */
  const isPast = (nowMs: number): boolean => !isUsable(nowMs) && Number.isFinite(nextSlotAtMs);
  const runsLow = (nowMs: number): boolean =>
    nowMs - wantedAtMs >= WANT_EVERY_MS && (nowMs >= nextSlotAtMs || available(nowMs) < ahead(nowMs) / 2);
  const isThrifty = (nowMs: number): boolean => nowMs < thriftyUntilMs;
  const ahead = (nowMs: number): number => (isThrifty(nowMs) ? 0 : Math.ceil(perMs * AHEAD_MS));

  function retire(nowMs: number): void {
    if (current === undefined) return;
    leftAtMs = nowMs;
    current.isTold = false;
    past.push(current);
    retiredSlot = current.slot;
    current = undefined;
  }

  /** What was spent without a lease counts in the slot that there is now. */
  function place(): void {
    if (current === undefined || !hasUnplaced()) return;
    current.spent += unplaced.spent;
    current.refused += unplaced.refused;
    unplaced.spent = 0;
    unplaced.refused = 0;
    current.isTold = false;
  }

  const hasUnplaced = (): boolean => unplaced.spent > 0 || unplaced.refused > 0;

  function toReport(slot: PlacedSlot, isOver: boolean): SlotReport {
    const { granted, spent, reserved, refused } = slot;
    slot.isTold = true;
    if (isOver) slot.returned = Math.max(slot.returned, granted - spent - reserved);
    return {
      slot: slot.slot,
      granted,
      returned: slot.returned,
      spent,
      reserved,
      refused,
      over: isOver && reserved === 0,
    };
  }

  return {
    id,
    available,
    reserve(amount, nowMs) {
      const slot = current !== undefined && isUsable(nowMs) ? current : unplaced;
      slot.reserved += amount;
      demand += amount;
      touchedAtMs = nowMs;
      return slot;
    },
    settle(slot, reserved, spent) {
      slot.reserved -= reserved;
      slot.spent += spent;
      slot.isTold = false;
    },
    countRefusal(nowMs) {
      const slot = current !== undefined && isUsable(nowMs) ? current : unplaced;
      slot.refused += 1;
      slot.isTold = false;
    },
    runsLow,
    isThrifty,
    giveBack(nowMs) {
      thriftyUntilMs = nowMs + THRIFT_MS;
      if (current === undefined) return;
      current.returned += idleOf(current);
      // Even with nothing to give: whoever asked wants to know how much of it is reserved.
      current.isTold = false;
    },
    tick(nowMs, elapsedMs) {
      perMs += TICK_WEIGHT * (demand / elapsedMs - perMs);
      demand = 0;
      if (current === undefined) return;
      if (isPast(nowMs)) return retire(nowMs);
      const kept = nowMs - touchedAtMs > IDLE_MS ? 0 : 4 * Math.max(1, ahead(nowMs));
      const surplus = idleOf(current) - kept;
      if (surplus <= 0) return;
      current.returned += surplus;
      current.isTold = false;
    },
    isDue(nowMs) {
      if (answer === 'missed' || current?.isTold === false || past.some(({ isTold }) => !isTold) || hasUnplaced())
        return true;
      // Of requests under way: the lease ends, and no next slot begins.
      return (
        current !== undefined &&
        current.granted > current.returned &&
        nextSlotAtMs === Number.POSITIVE_INFINITY &&
        nowMs > current.usableUntilMs - RENEW_BEFORE_MS
      );
    },
    report(nowMs, missing) {
      if (current !== undefined && isPast(nowMs)) retire(nowMs);
      // It may count no more, and others may have got what is idle here; of what is renewed only that is left which is under way.
      if (current !== undefined && !isUsable(nowMs)) current.returned += idleOf(current);
      place();
      answer = 'awaited';
      // What is granted in the next slot takes the place of what is left in this one.
      const held = nowMs >= nextSlotAtMs ? 0 : available(nowMs);
      const need = Math.max(0, missing.first - held);
      const waiting = Math.max(need, missing.all - held);
      const isWanted = need > 0 || (nowMs - touchedAtMs < AHEAD_MS && runsLow(nowMs));
      if (isWanted) wantedAtMs = nowMs;
      return {
        quota: id,
        slots: [
          ...past
            .filter(({ isTold }) => !isTold)
            .slice(1 - LEASE_SLOTS_MAX)
            .map((slot) => toReport(slot, true)),
          ...(current ? [toReport(current, false)] : []),
        ],
        need,
        waiting,
        want: isWanted ? Math.max(waiting, missing.all + ahead(nowMs) - held) : 0,
      };
    },
    apply({ slot, granted, usableForMs, nextSlotInMs, limit, held, resetInMs, short, closed }, sentAtMs) {
      answer = 'none';
      past = past.filter((old) => !closed.includes(old.slot));
      known = {
        limit,
        held,
        resetAtMs: resetInMs === null ? Number.POSITIVE_INFINITY : sentAtMs + resetInMs,
        short,
        asOfMs: sentAtMs,
      };
      if (current !== undefined && slot > current.slot && granted > 0) retire(sentAtMs);
      if (current === undefined && slot > retiredSlot && (granted > 0 || hasUnplaced()))
        current = slotOf(slot, granted);
      place();
      if (current === undefined || current.slot !== slot) return;
      current.granted = Math.max(current.granted, granted);
      current.usableUntilMs = usableForMs === null ? Number.POSITIVE_INFINITY : sentAtMs + usableForMs;
      nextSlotAtMs = nextSlotInMs === null ? Number.POSITIVE_INFINITY : sentAtMs + nextSlotInMs;
    },
    untold() {
      answer = 'missed';
      for (const slot of past) slot.isTold = false;
      if (current !== undefined) current.isTold = false;
    },
    close: () => retire(Number.POSITIVE_INFINITY),
    gone() {
      answer = 'none';
      past = past.filter(({ reserved }) => reserved > 0);
      unplaced.spent = 0;
      unplaced.refused = 0;
    },
    view: () => known,
    isForgotten: (nowMs) =>
      nowMs - leftAtMs > IDLE_MS &&
      answer === 'none' &&
      current === undefined &&
      past.length === 0 &&
      unplaced.reserved === 0 &&
      !hasUnplaced(),
  };
}
