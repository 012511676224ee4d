import { z } from 'zod';

/**
 * Where analytics, which has no link to the control plane, says which sealing keys it accepts: behind an internal token, and
 * from its start on. Replicas and nodes say it by themselves.
 */
export const SEALING_KEYS_PATH = '/sealing-keys';

export const acceptedSealingKeys = z.object({
  /** Ids of sealing keys, the current one first. */
  accepted: z.array(z.string()),
});
export type AcceptedSealingKeys = z.infer<typeof acceptedSealingKeys>;
