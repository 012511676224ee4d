import { z } from 'zod';

/**
 * How nodes spend quotas that are common to all of them, over the fleet link. A **holder** is one run of a process that
 * serves; it spends only what the quota authority leased to it. All amounts are whole numbers of the quota's unit and cumulative for a
 * holder and a slot, so that a message may be lost, sent again or come late without harm; the authority takes a holder's
 * messages in the order of their `seq` and passes over what is older than what it has.
 *
 * A **slot** is a piece of a quota's window, named by its begin in milliseconds since 1970: a calendar window or a lifetime is one slot, a rolling
 * window has many. What was granted in a slot counts there until it leaves the window, wherever it is spent.
 */

/** What one message holds. */
export const LEASE_ITEMS_MAX = 2_000;
export const LEASE_SLOTS_MAX = 1_000;
/** A holder says something as often as this, be it nothing, so that it is known whether it can be recalled from. */
export const LEASE_SILENCE_MS_MAX = 5_000;

const amount = z.int().min(0);

/** What a holder did with its lease of one slot. */
export const slotReport = z.object({
  slot: z.int(),
  /** What it knows to be granted. */
  granted: amount,
  /** What it gave back; it will not be spent. */
  returned: amount,
  /** What was spent; beyond what was granted only if a request turned out dearer than was reserved. */
  spent: amount,
  /** By requests under way; what is neither spent nor reserved lies idle. */
  reserved: amount,
  /** Requests that shadow mode would have refused. */
  refused: amount,
  /** Nothing is reserved in it any more, and nothing will be spent. */
  over: z.boolean(),
});
export type SlotReport = z.infer<typeof slotReport>;

export const leaseItem = z.object({
  quota: z.string().min(1).max(1_000),
  slots: z.array(slotReport).max(LEASE_SLOTS_MAX),
  /**
   * What is asked for beyond what is granted: at least `need`, or nothing, for the first request that waits; as far as there is, `waiting`, for
   * all of them; and of what remains a share, up to `want`.
   */
  need: amount,
  waiting: amount,
  want: amount,
});
export type LeaseItem = z.infer<typeof leaseItem>;

export const leaseMessage = z.object({
  type: z.literal('lease'),
  holder: z.string().min(1).max(128),
  seq: z.int().min(1),
  /**
   * How many usage records the holder has made by now: what it says of its slots is what these were charged, so that the two can be
   * compared. A record stands in the holder's spool before its client has the last byte.
   */
  recorded: amount.optional(),
  items: z.array(leaseItem).max(LEASE_ITEMS_MAX),
});
export type LeaseMessage = z.infer<typeof leaseMessage>;

export const grantItem = z.object({
  quota: z.string(),
  /** The slot in which grants are made now. */
  slot: z.int(),
  /** All that is granted to the holder in it. */
  granted: amount,
  /** For how long it may be spent from, from the sending of the question on; null is for ever. */
  usableForMs: amount.nullable(),
  /** When the next slot begins, in which a holder that goes on asks anew before it can spend no more; null is never. */
  nextSlotInMs: amount.nullable(),
  limit: amount,
  /** What is spent or leased within the window, by all holders. */
  held: amount,
  /** When room comes back: the end of the window, or of a rolling one's oldest slot; null is never. */
  resetInMs: amount.nullable(),
  /**
   * Whether what was needed could not be granted: `recalling` if other holders have some that they may give back, so that asking again
   * soon may help; `exhausted` if not.
   */
  short: z.enum(['recalling', 'exhausted']).optional(),
  /** Slots whose last report was taken; the holder forgets them. */
  closed: z.array(z.int()),
});
export type GrantItem = z.infer<typeof grantItem>;

export const grantMessage = z.object({
  type: z.literal('grant'),
  holder: z.string(),
  seq: z.int(),
  items: z.array(grantItem),
  /** Quotas that no entity declares any more. */
  gone: z.array(z.string()),
});
export type GrantMessage = z.infer<typeof grantMessage>;

/** Somebody needs what others may hold idle: all holders give back what they have not reserved. */
export const recallMessage = z.object({ type: z.literal('recall'), quotas: z.array(z.string()) });
export type RecallMessage = z.infer<typeof recallMessage>;

/** A node's runs that hold leases and go on. */
export const liveHolders = z.array(z.string().min(1).max(128)).max(1_000);

/**
 * As `hello` says it, and said again when a process of the node has come or gone: these runs go on, all others of the node have ended.
 */
export const holdersMessage = z.object({ type: z.literal('holders'), holders: liveHolders });
export type HoldersMessage = z.infer<typeof holdersMessage>;

/** A run of a node that is over, and how many usage records it made. */
const pastRun = z.object({ holder: z.string().min(1).max(128), lastSeq: amount });
export type PastRun = z.infer<typeof pastRun>;

/**
 * All records of runs of the node that have ended, by what it said last of those that go on, have been shipped. From then on it can be proven
 * what a run spent: its records are complete once there are as many as it made. One that has ended and is not named made none.
 */
export const shippedMessage = z.object({ type: z.literal('shipped'), runs: z.array(pastRun).max(1_000) });
export type ShippedMessage = z.infer<typeof shippedMessage>;
