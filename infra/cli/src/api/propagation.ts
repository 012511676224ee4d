import { z } from 'zod';

const nodePropagation = z.object({
  nodeId: z.string(),
  outcome: z.enum(['ACKNOWLEDGED', 'PENDING', 'TIMED_OUT', 'REFUSED', 'DISCONNECTED', 'UNKNOWN']),
  /** Whether `reached` depends on it; not if it is away for long. */
  waitedFor: z.boolean(),
  revision: z.number(),
  acknowledgedInMs: z.number().nullable(),
  reason: z.string().nullable(),
});

/** Which nodes enforce a revision, and after how long they said so. */
export const propagation = z.object({
  revision: z.number(),
  /** Of the nodes that are waited for; those that are away may still serve an older revision. */
  reached: z.boolean(),
  /** These are null if nothing could be learnt of the nodes. */
  enforcing: z.number().nullable(),
  away: z.number().nullable(),
  waitedMs: z.number(),
  nodes: z.array(nodePropagation),
});
export type Propagation = z.infer<typeof propagation>;
export type NodePropagation = z.infer<typeof nodePropagation>;

export const PROPAGATION_FIELDS = `propagation { revision reached enforcing away waitedMs
  nodes { nodeId outcome waitedFor revision acknowledgedInMs reason } }`;

/** What is waited for after a commit. */
export type Awaiting = { readonly nodes: 'ALL' | 'QUORUM'; readonly timeoutMs: number };
