import { z } from 'zod';

/**
 * What a request was charged of a quota, in the quota's unit. `slot` is that of the lease it was charged to; null if the node had none, so that the
 * authority counts it where the request belongs by its time.
 */
export const quotaCharge = z.strictObject({
  quota: z.string().max(1_000),
  slot: z.int().nullable(),
  amount: z.int().min(0),
});
export type QuotaCharge = z.infer<typeof quotaCharge>;
