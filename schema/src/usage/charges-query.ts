import { z } from 'zod';

/**
 * What the control plane asks of analytics to settle quotas by what is on record; a POST of JSON with the internal bearer token.
 * A boot is one run of a node, which holds leases under its boot id.
 */
export const CHARGES_QUERY_PATH = '/queries/charges';
export const QUOTA_SUMS_QUERY_PATH = '/queries/quota-sums';

const amount = z.int().min(0);
const bootId = z.string().min(1).max(128);
const quota = z.string().min(1).max(1_000);

/** All that one run was charged. */
export const chargesQuery = z.strictObject({ bootId });
export type ChargesQuery = z.infer<typeof chargesQuery>;

export const chargesAnswer = z.object({
  /** How many records there are of the run, and the highest of their numbers: none is missing if the two are equal. */
  rows: amount,
  lastSeq: amount,
  /** Sums by quota and slot; those without a slot by the minute in which the requests started. */
  charges: z.array(z.object({ quota, slot: z.int().nullable(), startedAtMs: z.int().nullable(), amount })),
});
export type ChargesAnswer = z.infer<typeof chargesAnswer>;

export const QUOTA_SUMS_MAX = 500;
const LEASES_MAX = 10_000;

/**
 * What quotas were charged in their windows. Of a run that goes on, what it was charged in a slot counts up to the number of records that it
 * had when it last told what it spent there, so that both can be compared to the last unit.
 */
export const quotaSumsQuery = z.strictObject({
  quotas: z.array(z.strictObject({ quota, fromSlot: z.int(), toSlot: z.int() })).max(QUOTA_SUMS_MAX),
  /** Runs that go on, or whose records may not be complete: what they were charged counts as far as `leases` says. */
  running: z.array(bootId).max(10_000),
  /** Leases of such runs. */
  leases: z.array(z.strictObject({ bootId, quota, slot: z.int(), recorded: amount })).max(LEASES_MAX),
});
export type QuotaSumsQuery = z.infer<typeof quotaSumsQuery>;

export const quotaSumsAnswer = z.object({
  /** A quota that nothing was charged to is left out. `unplaced` is what runs that go on were charged without a slot. */
  sums: z.array(z.object({ quota, amount, unplaced: amount })),
  /** How many records there are of each run of the question, up to the highest number that it asks about. */
  boots: z.array(z.object({ bootId, rows: amount })),
});
export type QuotaSumsAnswer = z.infer<typeof quotaSumsAnswer>;
