import { z } from 'zod';

const rate = z.number().min(0).max(1);
const durationMs = z.int().min(0).max(600_000);

/**
 * How a `mock` deployment answers. It is deterministic: the n-th request of a deployment fails if
 * `floor(n × rate)` grows with it, so a rate of 0.1 fails every tenth.
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
          rate,
          status: z.int().min(400).max(599),
          retryAfterSeconds: z.int().min(0).optional(),
        }),
        z.strictObject({ kind: z.literal('reset'), rate }),
        z.strictObject({ kind: z.literal('reset_mid_stream'), rate, afterChunks: z.int().min(0) }),
        z.strictObject({ kind: z.literal('garbage'), rate }),
        z.strictObject({ kind: z.literal('hang'), rate }),
      ]),
    )
    .max(16)
    .optional(),
});
export type MockBehaviour = z.infer<typeof mockBehaviour>;
