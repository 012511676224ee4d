import type { GrantItem, LeaseItem, LeaseMessage, NodeQuota } from '@tollgate/schema';
import type { Amounts } from './amounts.ts';
import { createQuotaBook, type QuotaBook } from './quota-book.ts';
import type { QuotaRefusal } from './quota-refusal.ts';
import type { Reservation } from './reservation.ts';

export const amountsOf = (tokens: number): Amounts => ({ nano_usd: tokens, tokens, requests: 1, concurrent: 1 });

export const quotaOf = (id: string, more: Partial<NodeQuota> = {}): NodeQuota => ({
  id,
  unit: 'tokens',
  limit: 100,
  ...more,
});

/** A lifetime quota of which so much is granted, with nothing held by others. */
export const grantOf = (quota: string, granted: number, more: Partial<GrantItem> = {}): GrantItem => ({
  quota,
  slot: 0,
  granted,
  usableForMs: null,
  nextSlotInMs: null,
  limit: 100,
  held: granted,
  resetInMs: null,
  closed: [],
  ...more,
});

export type Asking = {
  outcome: 'waits' | 'admitted' | QuotaRefusal['reason'];
  reservation?: Reservation;
  refusal?: QuotaRefusal;
};

/** A book whose clock, timers and authority are in the hands of the test. */
export type BookBench = {
  readonly book: QuotaBook;
  /** All that was sent. */
  readonly sent: LeaseMessage[];
  /** What the last question says of a quota. */
  lastItem(quota: string): LeaseItem | undefined;
  request(quotas: readonly NodeQuota[], tokens: number): Asking;
  /** Moves the clock on, with all that falls due. */
  pass(ms: number): void;
  /** Answers the last question. */
  answer(items: readonly GrantItem[], gone?: readonly string[]): void;
  cut(): void;
  join(): void;
};

export function createBookBench(): BookBench {
  let now = 0;
  let isLinked = true;
  const sent: LeaseMessage[] = [];
  const due = new Set<{ atMs: number; readonly run: () => void; readonly everyMs?: number }>();
  const add = (item: { atMs: number; run: () => void; everyMs?: number }) => {
    due.add(item);
    return () => void due.delete(item);
  };
  const book = createQuotaBook({
    holder: 'h',
    nowMs: () => now,
    link: {
      send(message) {
        if (isLinked) sent.push(structuredClone(message));
        return isLinked;
      },
    },
    schedule: {
      soon: (run) => void add({ atMs: now, run }),
      after: (delayMs, run) => add({ atMs: now + delayMs, run }),
      every: (everyMs, run) => add({ atMs: now + everyMs, run, everyMs }),
    },
  });

  function pass(ms: number): void {
    const untilMs = now + ms;
    for (;;) {
      const [next] = [...due].filter(({ atMs }) => atMs <= untilMs).sort((one, other) => one.atMs - other.atMs);
      if (next === undefined) break;
      now = Math.max(now, next.atMs);
      if (next.everyMs === undefined) due.delete(next);
      else next.atMs += next.everyMs;
      next.run();
    }
    now = untilMs;
  }

  return {
    book,
    sent,
    lastItem: (quota) => sent.at(-1)?.items.find((item) => item.quota === quota),
    request(quotas, tokens) {
      const asking: Asking = { outcome: 'waits' };
      book.reserve(
        quotas,
        amountsOf(tokens),
        (reservation) => Object.assign(asking, { outcome: 'admitted', reservation }),
        (refusal) => Object.assign(asking, { outcome: refusal.reason, refusal }),
      );
      return asking;
    },
    pass,
    answer(items, gone = []) {
      const question = sent.at(-1);
      if (question === undefined) throw new Error('nothing was asked');
      book.granted({ type: 'grant', holder: 'h', seq: question.seq, items: [...items], gone: [...gone] });
    },
    cut() {
      isLinked = false;
    },
    join() {
      isLinked = true;
      book.linked();
    },
  };
}
