import { type GrantMessage, LEASE_ITEMS_MAX, type NodeQuota, type RecallMessage } from '@tollgate/schema';
import { type Amounts, amountOf } from './amounts.ts';
import { createHolding, type Holding, type QuotaView } from './holding.ts';
import { createLeaseQuestions, type LeaseLink, type Missing } from './lease-questions.ts';
import type { QuotaRefusal } from './quota-refusal.ts';
import { createReservation, type Reservation } from './reservation.ts';
import type { Schedule } from './schedule.ts';

const NOTHING: Missing = Object.freeze({ first: 0, all: 0 });

export type QuotaBook = {
  /**
   * Reserves from all of the quotas or from none, at once if the leases at hand are large enough, else once the authority has answered.
   * One of the two is called, once. Requests that wait are served in the order in which they came.
   */
  reserve(
    quotas: readonly NodeQuota[],
    amounts: Amounts,
    onReserved: (reservation: Reservation) => void,
    onRefused: (refusal: QuotaRefusal) => void,
  ): void;
  /** Reserves whether there is room or not; what is missing is owed. */
  owe(quotas: readonly NodeQuota[], amounts: Amounts): Reservation;
  /** The authority's answer. */
  granted(message: GrantMessage): void;
  recalled(message: RecallMessage): void;
  /** The way to the authority is open again. */
  linked(): void;
  /** There is another configuration. */
  configured(): void;
  /** What is known of a quota, and what of it could be reserved here at once. */
  view(id: string): { readonly view: QuotaView; readonly available: number } | undefined;
  /** Asks the authority soon how a quota stands that is in use here, though nothing more is needed of it. */
  refresh(id: string): void;
  /** Gives back what is left. What is reserved then is accounted for by the records. */
  close(): void;
};

type Waiter = {
  readonly quotas: readonly NodeQuota[];
  readonly amounts: Amounts;
  readonly sinceMs: number;
  readonly onReserved: (reservation: Reservation) => void;
  readonly onRefused: (refusal: QuotaRefusal) => void;
};

const TICK_MS = 250;
/** What was spent is told this often, if nothing else is to be said. */
const TELL_EVERY_TICKS = 4;
/** A request waits no longer than this for the authority. */
const WAIT_MS = 500;
/** When others give back what they hold idle, it is asked for again so soon. */
const ASK_AGAIN_MS = 15;
/** So long a refusal by the authority holds for requests that need as much. */
const REFUSED_FOR_MS = 50;

/**
 * The quotas that this process spends of, and the conversation with the authority about them: one question is under way at a time, with all that
 * is to be asked and told. What is lost of it is said again, since all amounts are cumulative.
 */
export function createQuotaBook(deps: {
  readonly holder: string;
  readonly link: LeaseLink;
  /** Monotonic, milliseconds. */
  readonly nowMs: () => number;
  readonly schedule: Schedule;
}): QuotaBook {
  const { nowMs, schedule } = deps;
  const questions = createLeaseQuestions(deps.holder, deps.link);
  const holdings = new Map<string, Holding>();
  /** Those of which more should be asked for before it is needed. */
  const low = new Set<Holding>();
  const gone = new Set<string>();
  let waiters: Waiter[] = [];
  let answeredAtMs = Number.NEGATIVE_INFINITY;
  let isAskingSoon = false;
  /** All that it was not told is to be told with the next question. */
  let owesAll = false;
  let callOffAgain: (() => void) | undefined;
  let isClosed = false;
  let ticks = 0;
  let tickedAtMs = nowMs();
  const stopTicking = schedule.every(TICK_MS, tick);

  function holdingOf({ id }: NodeQuota): Holding {
    const known = holdings.get(id);
    if (known !== undefined) return known;
    const holding = createHolding(id);
    holdings.set(id, holding);
    return holding;
  }

  /** The first quota that has no room for a request. */
  function findShort(quotas: readonly NodeQuota[], amounts: Amounts, atMs: number): NodeQuota | undefined {
    for (const quota of quotas) {
      const amount = amountOf(amounts, quota);
      if (amount > 0 && holdingOf(quota).available(atMs) < amount && !gone.has(quota.id)) return quota;
    }
    return undefined;
  }

  function take(quotas: readonly NodeQuota[], amounts: Amounts, atMs: number): Reservation {
    const reservation = createReservation(quotas, amounts, atMs, holdingOf);
    for (const { holding } of reservation.parts) if (holding.runsLow(atMs)) low.add(holding);
    if (low.size > 0) askSoon();
    return reservation;
  }

  const admit = ({ quotas, amounts, onReserved }: Waiter, atMs: number): void =>
    onReserved(take(quotas, amounts, atMs));

  /**
   * What becomes of a request that has no room, once the authority has said so or cannot be asked: refused by the first quota that enforces its
   * limit, else let through, which shadow mode counts.
   */
  function decide(waiter: Waiter, reason: QuotaRefusal['reason'], atMs: number): void {
    const short = waiter.quotas.filter((quota) => findShort([quota], waiter.amounts, atMs) !== undefined);
    const refusing = short.find(
      ({ mode, onOutage }) => mode !== 'shadow' && (reason === 'exhausted' || onOutage !== 'allow'),
    );
    if (refusing !== undefined) {
      const amount = amountOf(waiter.amounts, refusing);
      return waiter.onRefused({ quota: refusing, reason, amount, view: holdingOf(refusing).view() });
    }
    for (const quota of short) if (quota.mode === 'shadow') holdingOf(quota).countRefusal(atMs);
    admit(waiter, atMs);
  }

  /** Whether the authority said, after the request came or just before, that there is not so much. */
  function isExhausted({ quotas, amounts, sinceMs }: Waiter, atMs: number): boolean {
    return quotas.some((quota) => {
      if (findShort([quota], amounts, atMs) === undefined) return false;
      const holding = holdingOf(quota);
      const view = holding.view();
      if (view?.short !== 'exhausted' || view.asOfMs <= sinceMs - REFUSED_FOR_MS) return false;
      // It was said of the first that waited; a smaller one may fit.
      return amountOf(amounts, quota) > holding.available(atMs) + Math.max(0, view.limit - view.held);
    });
  }

  function serve(): void {
    const atMs = nowMs();
    const waiting = waiters;
    waiters = [];
    for (const waiter of waiting) {
      if (findShort(waiter.quotas, waiter.amounts, atMs) === undefined) admit(waiter, atMs);
      else if (isExhausted(waiter, atMs)) decide(waiter, 'exhausted', atMs);
      else if (atMs - waiter.sinceMs >= WAIT_MS)
        decide(waiter, answeredAtMs >= waiter.sinceMs ? 'exhausted' : 'unavailable', atMs);
      else waiters.push(waiter);
    }
  }

  function askSoon(): void {
    if (isAskingSoon) return;
    isAskingSoon = true;
    schedule.soon(() => {
      isAskingSoon = false;
      ask('what is wanted');
    });
  }

  function askAgain(): void {
    callOffAgain ??= schedule.after(ASK_AGAIN_MS, () => {
      callOffAgain = undefined;
      ask('what is wanted');
    });
  }

  /** @param about what requests wait for and what runs low; or also all that the authority was not told yet */
  function ask(about: 'what is wanted' | 'everything'): void {
    const atMs = nowMs();
    if (about === 'everything') owesAll = true;
    if (questions.isAsking(atMs)) return;
    const items = missing(atMs);
    for (const holding of low) if (!items.has(holding)) items.set(holding, NOTHING);
    if (owesAll)
      for (const holding of holdings.values())
        if (!items.has(holding) && holding.isDue(atMs)) items.set(holding, NOTHING);
    if (items.size === 0 && (holdings.size === 0 || !questions.isSilent(atMs))) return;
    low.clear();
    owesAll = false;
    if (!questions.ask(items, atMs)) outage();
  }

  /** What the requests that wait are to ask for, by holding. */
  function missing(atMs: number): Map<Holding, Missing> {
    const sums = new Map<Holding, Missing>();
    for (const { quotas, amounts } of waiters) {
      const lowest = lowestShort(quotas, amounts, atMs);
      for (const quota of quotas) {
        const holding = holdingOf(quota);
        if (holding.isThrifty(atMs) && lowest < quota.id) continue;
        const amount = amountOf(amounts, quota);
        const sum = sums.get(holding);
        if (sum === undefined) sums.set(holding, { first: amount, all: amount });
        else sum.all += amount;
      }
    }
    return sums;
  }

  /** The id of the first quota in the order of ids that has no room for a request. */
  function lowestShort(quotas: readonly NodeQuota[], amounts: Amounts, atMs: number): string {
    const short = quotas.filter((quota) => findShort([quota], amounts, atMs) !== undefined);
    return short.map(({ id }) => id).sort()[0] ?? '';
  }

  /**
   * Whether a request that waits has all it needs of a quota, and of those before it in the order of ids. It then keeps that while it waits for
   * the rest. Anything else is given back to whoever needs it, and is asked for again in that order: else two processes, each of which has what
   * the other waits for, would wait for ever.
   */
  const isKept = (id: string, atMs: number): boolean =>
    waiters.some(
      ({ quotas, amounts }) => quotas.some((quota) => quota.id === id) && lowestShort(quotas, amounts, atMs) > id,
    );

  /** Nobody can be asked. */
  function outage(): void {
    const atMs = nowMs();
    const waiting = waiters;
    waiters = [];
    for (const waiter of waiting) decide(waiter, 'unavailable', atMs);
  }

  function tick(): void {
    const atMs = nowMs();
    for (const [id, holding] of holdings) {
      holding.tick(atMs, atMs - tickedAtMs);
      if (!holding.isForgotten(atMs)) continue;
      holdings.delete(id);
      low.delete(holding);
    }
    tickedAtMs = atMs;
    ticks += 1;
    if (waiters.length > 0) serve();
    ask(ticks % TELL_EVERY_TICKS === 0 ? 'everything' : 'what is wanted');
  }

  return {
    reserve(quotas, amounts, onReserved, onRefused) {
      const atMs = nowMs();
      const waiter = { quotas, amounts, sinceMs: atMs, onReserved, onRefused };
      if (findShort(quotas, amounts, atMs) === undefined) return admit(waiter, atMs);
      if (isExhausted(waiter, atMs)) return decide(waiter, 'exhausted', atMs);
      if (isClosed) return decide(waiter, 'unavailable', atMs);
      waiters.push(waiter);
      askSoon();
    },
    owe: (quotas, amounts) => take(quotas, amounts, nowMs()),
    granted(message) {
      const atMs = questions.answered(message);
      if (atMs === undefined) return;
      answeredAtMs = nowMs();
      for (const { quota } of message.items) gone.delete(quota);
      for (const id of message.gone) gone.add(id);
      serve();
      // Those that came meanwhile were not asked for yet; for the others it is worth to wait a little.
      if (owesAll || waiters.some(({ sinceMs }) => sinceMs >= atMs)) askSoon();
      else if (waiters.length > 0) askAgain();
    },
    recalled({ quotas }) {
      const atMs = nowMs();
      for (const id of quotas) if (!isKept(id, atMs)) holdings.get(id)?.giveBack(atMs);
      ask('everything');
    },
    linked() {
      questions.lost();
      ask('everything');
    },
    configured: () => gone.clear(),
    view(id) {
      const holding = holdings.get(id);
      const view = holding?.view();
      return holding && view && { view, available: holding.available(nowMs()) };
    },
    refresh(id) {
      const holding = holdings.get(id);
      if (holding !== undefined) low.add(holding);
      askSoon();
    },
    close() {
      isClosed = true;
      stopTicking();
      callOffAgain?.();
      outage();
      const atMs = nowMs();
      questions.lost();
      for (const holding of holdings.values()) holding.close();
      const due = [...holdings.values()].filter((holding) => holding.isDue(atMs));
      while (due.length > 0) {
        const some = new Map(due.splice(0, LEASE_ITEMS_MAX).map((holding) => [holding, NOTHING]));
        if (!questions.ask(some, atMs)) return;
      }
    },
  };
}
