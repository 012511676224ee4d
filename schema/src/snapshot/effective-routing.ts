import type { MidStreamPolicy } from '../config/routing.ts';
import type { RoutingStrategy } from '../config/strategy.ts';
import type { CallerPolicy } from './caller-policy.ts';
import type { ModelConfig } from './node-config.ts';

/** How long the parts of a call may take. */
export type CallTimeouts = {
  readonly connectMs: number;
  /** From the dispatch, or the connection if it is new, to the first byte of the answer's body. */
  readonly firstTokenMs: number;
  /** Between two pieces of the answer. */
  readonly idleMs: number;
};

/** The wait before the same deployment is called again. */
export type Backoff = { readonly initialMs: number; readonly maxMs: number };

/** When a deployment is left alone, and for how long. */
export type CooldownPolicy = {
  readonly isOn: boolean;
  /** The share of failed attempts of the last minute from which on it is; only of so many attempts or more. */
  readonly failureShare: number;
  readonly attemptsMin: number;
  /** Doubled each time in a row, up to the longest. */
  readonly timeMs: number;
  readonly timeMsMax: number;
};

/** What a model says of its calls, with the defaults of what it leaves out. */
export type EffectiveRouting = {
  readonly strategy: RoutingStrategy;
  /** For answers as one body, of which nothing comes until all of it was made. */
  readonly wholeTimeouts: CallTimeouts;
  readonly streamTimeouts: CallTimeouts;
  /** For all of a request, with its retries and fallbacks. */
  readonly totalMs: number | undefined;
  /** Calls after the first within each order. */
  readonly retries: number;
  /** How long the first attempt is alone; undefined if always. */
  readonly hedgeAfterMs: number | undefined;
  readonly midStream: MidStreamPolicy;
  readonly backoff: Backoff;
  readonly cooldown: CooldownPolicy;
};

const BUDGET_FALLBACK_PERCENT_DEFAULT = 90;

/** From how many percent of a budget on the `budgetFallbacks` of a model answer, if it has any. */
export const budgetFallbackPercent = ({
  budgetFallbackAtPercent,
}: Pick<ModelConfig, 'budgetFallbackAtPercent'>): number => budgetFallbackAtPercent ?? BUDGET_FALLBACK_PERCENT_DEFAULT;

/** As long as the OpenAI SDKs wait by default. */
const TIMEOUT_MS_DEFAULT = 600_000;
const CONNECT_MS_DEFAULT = 10_000;
const COOLDOWN_DEFAULT = { failurePercent: 50, attempts: 5, timeMs: 5_000, timeMsMax: 300_000 };
const BACKOFF_MS_DEFAULT = { initialMs: 250, maxMs: 5_000 };

/**
 * The policy by which nodes call the deployments of a model.
 * @param own what whoever asks says in place of what the model does
 */
export function effectiveRouting(
  { timeoutMs: declaredMs = TIMEOUT_MS_DEFAULT, routing = {} }: Pick<ModelConfig, 'timeoutMs' | 'routing'>,
  own: CallerPolicy = {},
): EffectiveRouting {
  const { timeouts = {} } = routing;
  const timeoutMs = own.timeoutMs ?? declaredMs;
  const connectMs = own.connectMs ?? timeouts.connectMs;
  const maxMs = routing.backoff?.maxMs ?? BACKOFF_MS_DEFAULT.maxMs;
  const toTimeouts = (firstTokenMs: number): CallTimeouts => ({
    connectMs: connectMs ?? Math.min(CONNECT_MS_DEFAULT, firstTokenMs),
    firstTokenMs,
    idleMs: own.idleMs ?? timeouts.idleMs ?? timeoutMs,
  });
  return {
    strategy: own.strategy ?? routing.strategy ?? 'weighted',
    wholeTimeouts: toTimeouts(timeoutMs),
    streamTimeouts: toTimeouts(own.firstTokenMs ?? timeouts.firstTokenMs ?? timeoutMs),
    totalMs: own.totalMs ?? timeouts.totalMs,
    retries: own.retries ?? routing.retries ?? 0,
    hedgeAfterMs: routing.hedgeAfterMs,
    midStream: routing.midStream ?? 'fail',
    backoff: { initialMs: Math.min(routing.backoff?.initialMs ?? BACKOFF_MS_DEFAULT.initialMs, maxMs), maxMs },
    cooldown: cooldownOf(routing.cooldown ?? {}),
  };
}

function cooldownOf(declared: NonNullable<NonNullable<ModelConfig['routing']>['cooldown']>): CooldownPolicy {
  const timeMs = declared.timeMs ?? COOLDOWN_DEFAULT.timeMs;
  return {
    isOn: declared.enabled ?? true,
    failureShare: (declared.failurePercent ?? COOLDOWN_DEFAULT.failurePercent) / 100,
    attemptsMin: declared.attempts ?? COOLDOWN_DEFAULT.attempts,
    timeMs,
    timeMsMax: Math.max(timeMs, declared.maxMs ?? COOLDOWN_DEFAULT.timeMsMax),
  };
}
