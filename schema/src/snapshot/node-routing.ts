import { z } from 'zod';
import { midStreamPolicies } from '../config/routing.ts';
import { routingStrategies, stickyKinds } from '../config/strategy.ts';

const durationMs = z.int().min(1).optional();

/** What a node needs of a model's routing; what is left out has the node's default. */
export const nodeRouting = z.object({
  strategy: z.enum(routingStrategies).optional(),
  sticky: z
    .object({ by: z.enum(stickyKinds), header: z.string().optional(), characters: z.int().optional() })
    .optional(),
  retries: z.int().min(0).optional(),
  hedgeAfterMs: durationMs,
  midStream: z.enum(midStreamPolicies).optional(),
  backoff: z.object({ initialMs: durationMs, maxMs: durationMs }).optional(),
  cooldown: z
    .object({
      enabled: z.boolean().optional(),
      failurePercent: z.number().optional(),
      attempts: z.int().min(1).optional(),
      timeMs: durationMs,
      maxMs: durationMs,
    })
    .optional(),
  timeouts: z
    .object({ connectMs: durationMs, firstTokenMs: durationMs, idleMs: durationMs, totalMs: durationMs })
    .optional(),
});
export type NodeRouting = z.infer<typeof nodeRouting>;

/** What a team or key says of the routing of its requests: names to ask for in place of others, and what holds in place of what models say. */
export const nodeCallerRouting = nodeRouting
  .pick({ strategy: true, retries: true, timeouts: true })
  .extend({ models: z.record(z.string(), z.string()).optional(), timeoutMs: durationMs });
export type NodeCallerRouting = z.infer<typeof nodeCallerRouting>;
