import {
  type Amounts,
  createQuotaBook,
  type QuotaBook,
  type QuotaRefusal,
  type Reservation,
} from '@tollgate/data-plane';
import { type DeclaredQuota, type LeaseMessage, toNodeQuota } from '@tollgate/schema';
import type { Entry, Ledger } from './ledger.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a request reserves, for how long, and how much of it is spent in the end. */
export type Demand = {
  readonly quotas: readonly DeclaredQuota[];
  readonly tokens: number;
  readonly tokensSpent: number;
  readonly holdMs: number;
};

export type Outcome = 'admitted' | QuotaRefusal['reason'];

/** One run of a node: a real book in virtual time. */
export type VirtualNode = {
  readonly holder: string;
  readonly book: QuotaBook;
  request(demand: Demand): Promise<Outcome>;
  isAlive(): boolean;
  isLinked(): boolean;
  unlink(): void;
  link(): void;
  /** From now on it says and does nothing. */
  crash(): void;
  /** Ends its requests and gives back what it holds. */
  stop(): void;
};

export function createVirtualNode(deps: {
  readonly holder: string;
  readonly time: VirtualTime;
  readonly ledger: Ledger;
  send(message: LeaseMessage): void;
}): VirtualNode {
  const { holder, time, ledger } = deps;
  const startedAtMs = time.nowMs();
  let isAlive = true;
  let isLinked = true;
  const running = new Set<() => void>();
  const whileAlive = (run: () => void) => () => {
    if (isAlive) run();
  };

  const book = createQuotaBook({
    holder,
    // Its clock began when it did.
    nowMs: () => time.nowMs() - startedAtMs,
    link: {
      send(message) {
        if (isLinked) deps.send(structuredClone(message));
        return isLinked;
      },
    },
    schedule: {
      soon: (run) => void time.after(0, whileAlive(run)),
      after: (delayMs, run) => time.after(delayMs, whileAlive(run)),
      every(periodMs, run) {
        let callOff = () => {};
        const again = () => {
          callOff = time.after(
            periodMs,
            whileAlive(() => {
              again();
              run();
            }),
          );
        };
        again();
        return () => callOff();
      },
    },
  });

  function runRequest({ quotas, tokens, tokensSpent, holdMs }: Demand, reservation: Reservation): void {
    const amounts = amountsOf(tokens);
    const entries = quotas.map((quota): [DeclaredQuota, Entry] => [
      quota,
      ledger.admit(quota, holder, amounts[quota.unit] ?? 0, time.nowMs()),
    ]);
    const end = () => {
      running.delete(end);
      const spent = { ...amountsOf(tokensSpent), concurrent: 0 };
      reservation.settle(spent);
      for (const [{ unit }, entry] of entries) {
        entry.charge = spent[unit] ?? 0;
        entry.isUnderWay = false;
      }
    };
    running.add(end);
    time.after(holdMs, () => {
      if (running.has(end)) end();
    });
    for (const [, entry] of entries)
      onCrash.push(() => {
        entry.isUnderWay = false;
      });
  }
  const onCrash: (() => void)[] = [];

  return {
    holder,
    book,
    request: (demand) =>
      new Promise((resolve) => {
        book.reserve(
          demand.quotas.map(toNodeQuota),
          amountsOf(demand.tokens),
          (reservation) => {
            runRequest(demand, reservation);
            resolve('admitted');
          },
          ({ reason }) => resolve(reason),
        );
      }),
    isAlive: () => isAlive,
    isLinked: () => isLinked,
    unlink() {
      isLinked = false;
    },
    link() {
      isLinked = true;
      book.linked();
    },
    crash() {
      isAlive = false;
      running.clear();
      for (const end of onCrash) end();
    },
    stop() {
      for (const end of [...running]) end();
      book.close();
      isAlive = false;
    },
  };
}

const amountsOf = (tokens: number): Amounts => ({ nano_usd: null, tokens, requests: 1, concurrent: 1 });
