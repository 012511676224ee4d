import { z } from 'zod';

const count = z.int().min(0);

/**
 * Why an attempt was made: as the first, at another deployment of the order, at the same again, because the way led on, or beside the first
 * (`hedge`). The first attempt can be that of a fallback, if it was known before any call that the model that was asked for should not be called.
 */
export const attemptReasons = [
  'first',
  'another',
  'again',
  'hedge',
  'next_order',
  'fallback',
  'context_fallback',
  'content_policy_fallback',
  'budget_fallback',
] as const;
export type AttemptReason = (typeof attemptReasons)[number];

/** One of several calls to providers that a request took. */
export const attemptDetail = z.strictObject({
  /** The public model whose deployment it was. */
  model: z.string(),
  deployment: z.string(),
  providerName: z.string(),
  upstreamModel: z.string(),
  reason: z.string(),
  /** How it ended, as the cause of a record says it; `cancelled` if it was dropped because another answered first. */
  cause: z.string(),
  status: count,
  errorCode: z.string(),
  /** Microseconds from the request's arrival to its dispatch. */
  startedUs: count,
  durationUs: count,
  tokensInput: count,
  tokensOutput: count,
  /** Nano-USD; null is 'unpriced', 0 is not charged. */
  costNanoUsd: z.int().nullable(),
});
export type AttemptDetail = z.infer<typeof attemptDetail>;
