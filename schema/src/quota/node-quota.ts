import { z } from 'zod';

/** What a quota counts. `nano_usd` is money; `concurrent` are requests under way at the same time. */
export const quotaUnits = ['nano_usd', 'tokens', 'requests', 'concurrent'] as const;
export type QuotaUnit = (typeof quotaUnits)[number];

/**
 * A quota as a node enforces it. Its window is the authority's business: a node spends what it was leased, as long as
 * the lease lasts.
 */
export const nodeQuota = z.object({
  /** See `quotaId`. */
  id: z.string(),
  unit: z.enum(quotaUnits),
  limit: z.int().min(0),
  /** What is told of but not refused. */
  softLimit: z.int().min(0).optional(),
  /** Only requests for this model or wildcard count. */
  model: z.string().optional(),
  /** `enforce` if left out; `shadow` counts what it would have refused. */
  mode: z.enum(['enforce', 'shadow']).optional(),
  /** What holds while the authority cannot be asked and nothing is left; `refuse` if left out. */
  onOutage: z.enum(['refuse', 'allow']).optional(),
  /** Ends a stream that can get no more. */
  hardStop: z.boolean().optional(),
});
export type NodeQuota = z.infer<typeof nodeQuota>;

/** The quotas of an entity, as they stand in a snapshot. */
export const nodeQuotas = z.array(nodeQuota).optional();
