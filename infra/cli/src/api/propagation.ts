import { z } from 'zod';

const nodePropagation = z.object({
  nodeId: z.string(),
  outcome: z.enum(['ACKNOWLEDGED', 'PENDING', 'TIMED_OUT', 'REFUSED', 'DISCONNECTED', 'UNKNOWN']),
  revision: z.number(),
  acknowledgedInMs: z.number().nullable(),
  reason: z.string().nullable(),
});

/** Which nodes enforce a revision, and after how long they said so. */
export const propagation = z.object({
  revision: z.number(),
  reached: z.boolean(),
  waitedMs: z.number(),
  nodes: z.array(nodePropagation),
});
export type Propagation = z.infer<typeof propagation>;
export type NodePropagation = z.infer<typeof nodePropagation>;

export const PROPAGATION_FIELDS =
  'propagation { revision reached waitedMs nodes { nodeId outcome revision acknowledgedInMs reason } }';

/** What is waited for after a commit. */
export type Awaiting = { readonly nodes: 'ALL' | 'QUORUM'; readonly timeoutMs: number };
