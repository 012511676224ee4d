import type { CalendarWindow, LeaseItem } from '@tollgate/schema';
import type { Period } from './slot-span.ts';

/** Which slots of a quota count at an instant. */
export type CountedSpan = {
  readonly id: string;
  readonly slot: number;
  readonly fromSlot: number;
  /** Whether it counts requests under way, which end with their holder. */
  readonly isConcurrent: boolean;
};

/** What is known of a quota within its window; amounts in its unit. */
export type QuotaTally = {
  readonly id: string;
  /** Spent or leased, by all holders, corrections included. */
  readonly held: number;
  readonly settled: number;
  readonly refused: number;
  readonly holders: number;
  /** The oldest slot in which anything is held. */
  readonly oldestSlot: number | null;
};

/** The same as one holder sees it. */
export type HolderTally = QuotaTally & {
  /** Granted to it in the current slot. */
  readonly granted: number;
  /** It has said its last word on the current slot. */
  readonly isClosed: boolean;
  /** What others were leased and have neither spent nor reserved, as far as they said. */
  readonly idleElsewhere: number;
};

export type SlotGrant = { readonly quota_id: string; readonly slot: number; readonly amount: number };

/** What the authority reads and writes in one transaction: all of it is kept, or nothing. */
export type LeaseTransaction = {
  /**
   * Takes a holder's message into account, unless one as new was taken before, or the holder has ended.
   * @returns whether it is new
   */
  takeMessage(message: { readonly holder: string; readonly nodeId: string; readonly seq: number }): Promise<boolean>;
  /** Waits until nobody else grants of these quotas. @returns the time, by which slots go, the same for all replicas */
  lock(ids: readonly string[]): Promise<number>;
  /** The period of the calendar in which an instant (milliseconds since 1970) lies. */
  periodAt(unit: CalendarWindow, timezone: string, atMs: number): Promise<Period>;
  /**
   * Writes what a holder says it did. What it says after its last word on a slot changes nothing.
   * @param recorded how many usage records it had made, if it tells
   */
  writeReports(holder: string, items: readonly LeaseItem[], recorded: number | undefined): Promise<void>;
  /** What is held of quotas within their windows. */
  readTallies(spans: readonly CountedSpan[], holder: string): Promise<ReadonlyMap<string, HolderTally>>;
  /** Adds to what a holder is granted. */
  writeGrants(holder: string, grants: readonly SlotGrant[]): Promise<void>;
  /** Tells all replicas, once the transaction is committed, to ask all holders for what they hold idle. */
  recall(ids: readonly string[]): Promise<void>;
};

/** Where leases are kept. */
export type LeaseStore = { transaction<Result>(run: (trx: LeaseTransaction) => Promise<Result>): Promise<Result> };
