import type { ModelConfig, NodeRouting } from '@tollgate/schema';
import type { CooldownPolicy } from './health.ts';
import type { Deployment, Route, Tier, Timeouts } from './route.ts';

/** As long as the OpenAI SDKs wait by default. */
const TIMEOUT_MS_DEFAULT = 600_000;
const CONNECT_MS_DEFAULT = 10_000;
const COOLDOWN_DEFAULT = { failurePercent: 50, attempts: 5, timeMs: 5_000, timeMsMax: 300_000 };
const BACKOFF_MS_DEFAULT = { initialMs: 250, maxMs: 5_000 };

export type RoutePolicy = Pick<
  Route,
  'wholeTimeouts' | 'streamTimeouts' | 'totalMs' | 'retries' | 'backoff' | 'cooldown'
>;

/** What a model says of its calls, with the defaults of what it leaves out. */
export function policyOf({ timeoutMs = TIMEOUT_MS_DEFAULT, routing = {} }: ModelConfig): RoutePolicy {
  const { retries = 0, timeouts = {} } = routing;
  const maxMs = routing.backoff?.maxMs ?? BACKOFF_MS_DEFAULT.maxMs;
  const toTimeouts = (firstTokenMs: number): Timeouts => ({
    connectMs: timeouts.connectMs ?? Math.min(CONNECT_MS_DEFAULT, firstTokenMs),
    firstTokenMs,
    idleMs: timeouts.idleMs ?? timeoutMs,
  });
  return {
    wholeTimeouts: toTimeouts(timeoutMs),
    streamTimeouts: toTimeouts(timeouts.firstTokenMs ?? timeoutMs),
    totalMs: timeouts.totalMs,
    retries,
    backoff: { initialMs: Math.min(routing.backoff?.initialMs ?? BACKOFF_MS_DEFAULT.initialMs, maxMs), maxMs },
    cooldown: cooldownOf(routing.cooldown ?? {}),
  };
}

function cooldownOf(declared: NonNullable<NodeRouting['cooldown']>): CooldownPolicy {
  const timeMs = declared.timeMs ?? COOLDOWN_DEFAULT.timeMs;
  return {
    isOn: declared.enabled ?? true,
    failureShare: (declared.failurePercent ?? COOLDOWN_DEFAULT.failurePercent) / 100,
    attemptsMin: declared.attempts ?? COOLDOWN_DEFAULT.attempts,
    timeMs,
    timeMsMax: Math.max(timeMs, declared.maxMs ?? COOLDOWN_DEFAULT.timeMsMax),
  };
}

/**
 * Deployments by their order, the lowest first; those without weight are in none.
 * @throws Error if that leaves nothing
 */
export function tiersOf(
  model: string,
  deployments: readonly { readonly deployment: Deployment; readonly order: number | undefined }[],
): Route['tiers'] {
  const byOrder = new Map<number, Deployment[]>();
  for (const { deployment, order = 1 } of deployments) {
    if (deployment.weight === 0) continue;
    const tier = byOrder.get(order);
    if (tier === undefined) byOrder.set(order, [deployment]);
    else tier.push(deployment);
  }
  const [first, ...others] = [...byOrder]
    .sort(([one], [other]) => one - other)
    .map(([, tier]): Tier => ({ deployments: tier }));
  if (first === undefined) throw new Error(`model ${model} has no deployment in rotation`);
  return [first, ...others];
}
