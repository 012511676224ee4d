import type { NodeCallerRouting, NodeRouting } from './node-routing.ts';

/** What callers say of how their requests are routed, in place of what each model that these go to says; undefined where they say nothing. */
export type CallerPolicy = Pick<NodeRouting, 'strategy' | 'retries'> &
  NonNullable<NodeRouting['timeouts']> & { readonly timeoutMs?: number | undefined };

/**
 * The policy of a caller of whom several say something of it, such as a key and its team: each member is that of the first who says it. Who
 * says `timeout` and not `firstToken` or `idle`, which are `timeout` if left out, says these as well.
 * @returns undefined if nobody says anything, as is the rule
 */
export function callerPolicy(sayings: readonly (NodeCallerRouting | undefined)[]): CallerPolicy | undefined {
  const policy = sayings.reduce<CallerPolicy>((first, next) => inPlaceOf(first, saidBy(next ?? {})), {});
  return Object.values(policy).every((member) => member === undefined) ? undefined : policy;
}

function saidBy({ strategy, retries, timeoutMs, timeouts = {} }: NodeCallerRouting): CallerPolicy {
  const { connectMs, firstTokenMs = timeoutMs, idleMs = timeoutMs, totalMs } = timeouts;
  return { strategy, retries, timeoutMs, connectMs, firstTokenMs, idleMs, totalMs };
}

const inPlaceOf = (first: CallerPolicy, next: CallerPolicy): CallerPolicy => ({
  strategy: first.strategy ?? next.strategy,
  retries: first.retries ?? next.retries,
  timeoutMs: first.timeoutMs ?? next.timeoutMs,
  connectMs: first.connectMs ?? next.connectMs,
  firstTokenMs: first.firstTokenMs ?? next.firstTokenMs,
  idleMs: first.idleMs ?? next.idleMs,
  totalMs: first.totalMs ?? next.totalMs,
});
