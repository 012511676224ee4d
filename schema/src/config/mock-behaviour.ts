import { z } from 'zod';

const rate = z.number().min(0).max(1);
const durationMs = z.int().min(0).max(600_000);

/** How often a failure is met: by this share of the requests, and by so many in a row (1 if left out). */
const often = { rate, burst: z.int().min(1).max(10_000).optional() };

/**
 * How a `mock` deployment answers. It is deterministic: the n-th request of a deployment fails if
 * `floor(n × rate)` grows with it, so a rate of 0.1 fails every tenth; with a burst of 5, the last five of each fifty.
 */
export const mockBehaviour = z.strictObject({
  /** Time to the first byte of the answer, milliseconds. */
  latencyMs: durationMs.optional(),
  /** Number of completion tokens; also bounded by the request's own limit. */
  tokens: z.int().min(1).max(100_000).optional(),
  /** Pause between two chunks of a stream, milliseconds. */
  chunkIntervalMs: durationMs.optional(),
  /** The answer's text is made of this, repeated; left out, it echoes the last message. */
  text: z.string().min(1).max(10_000).optional(),
  failures: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('status'),
          ...often,
          status: z.int().min(400).max(599),
          /** The error's code, such as `context_length_exceeded`. */
          code: z.string().min(1).max(100).optional(),
          retryAfterSeconds: z.int().min(0).optional(),
        }),
        z.strictObject({ kind: z.literal('reset'), ...often }),
        z.strictObject({ kind: z.literal('reset_mid_stream'), ...often, afterChunks: z.int().min(0) }),
        z.strictObject({ kind: z.literal('garbage'), ...often }),
        z.strictObject({ kind: z.literal('hang'), ...often }),
        /** Answers rightly, but its first byte takes as long as this. */
        z.strictObject({ kind: z.literal('latency'), ...often, latencyMs: durationMs }),
        /** Answers rightly, but a stream with such pauses. */
        z.strictObject({ kind: z.literal('drip'), ...often, chunkIntervalMs: durationMs }),
      ]),
    )
    .max(16)
    .optional(),
});
export type MockBehaviour = z.infer<typeof mockBehaviour>;
