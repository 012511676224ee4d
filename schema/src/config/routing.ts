import { z } from 'zod';
import { parseDurationMs } from '../duration.ts';
import { duration } from './fields.ts';
import { named } from './marks.ts';
import { sticky, strategy } from './strategy.ts';

/** What holds of a part that is left out is said for models; for teams and keys it is what the model says. */
export const timeouts = named(
  'RoutingTimeouts',
  'How long the parts of a call may take. What a team or key leaves out is as the model says.',
  z.strictObject({
    connect: duration.optional().describe('The longest wait for a connection to the provider; `10s` if left out.'),
    firstToken: duration
      .optional()
      .describe('The longest wait for the first byte of a stream; that of `timeout` if left out.'),
    idle: duration
      .optional()
      .describe('The longest wait between two bytes of the answer; that of `timeout` if left out.'),
    total: duration
      .optional()
      .describe('The longest time for all of a request, with its retries and fallbacks; unbounded if left out.'),
  }),
);

const backoff = named(
  'RoutingBackoff',
  'How long to wait before the same deployment is called again.',
  z.strictObject({
    initial: duration
      .optional()
      .describe('The wait before the first retry, doubled with each; varied by half at random; `250ms` if left out.'),
    max: duration
      .optional()
      .describe(
        'The longest wait; a provider that asks for more is not called again by this request; `5s` if left out.',
      ),
  }),
);

const cooldown = named(
  'RoutingCooldown',
  'When a deployment is left alone for a while, as long as there is another.',
  z.strictObject({
    enabled: z.boolean().optional().describe('Whether it ever is; true if left out.'),
    failurePercent: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe('The share of the calls of the last minute that failed, from which on it is; 50 if left out.'),
    attempts: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('From how many calls in the minute on that share counts; 5 if left out.'),
    time: duration
      .optional()
      .describe(
        'For how long at first; doubled each time in a row; a provider’s `Retry-After` counts more; `5s` if left out.',
      ),
    maxTime: duration.optional().describe('The longest time; `5m` if left out.'),
  }),
);

/** What becomes of a stream whose provider breaks off. */
export const midStreamPolicies = ['fail', 'continue'] as const;
export type MidStreamPolicy = (typeof midStreamPolicies)[number];

const midStream = named(
  'MidStreamPolicy',
  'What becomes of a stream whose provider breaks off.',
  z.enum(midStreamPolicies),
);

const RETRIES_MAX = 10;
export const retries = z.int().min(0).max(RETRIES_MAX);

/** Less would call for nearly every request twice; more is longer than a client waits. */
const HEDGE_AFTER_MS = { min: 50, max: 600_000 };

/** What a model says of how its deployments are chosen and called. */
export const routing = named(
  'Routing',
  'How a deployment is chosen and called.',
  z
    .strictObject({
      strategy: strategy
        .optional()
        .describe('How a deployment is chosen among those of an order; `weighted` if left out.'),
      sticky: sticky
        .optional()
        .describe('Requests that belong together go to the same deployment; the strategy chooses for the others.'),
      retries: retries
        .optional()
        .describe(
          'Calls after the first, within each order, when a provider cannot be reached, is overloaded or fails; 0 if left out.',
        ),
      hedgeAfter: duration
        .optional()
        .describe(
          'How long the first call may bring nothing before another deployment of the order is called beside it, `50ms` to `10m`; the first to answer is passed on, and both are paid for. Never if left out.',
        ),
      midStream: midStream
        .optional()
        .describe(
          'What becomes of a stream whose provider breaks off: `fail` ends it with an error; `continue` asks on, as retries, orders and fallbacks say, with what was sent as the beginning. `fail` if left out.',
        ),
      backoff: backoff.optional().describe('How long to wait before the same deployment is called again.'),
      cooldown: cooldown.optional().describe('When a deployment is left alone for a while.'),
      timeout: duration
        .optional()
        .describe('The longest wait for the provider’s first byte and between two, such as `60s`; `10m` if left out.'),
      timeouts: timeouts.optional().describe('How long the parts of a call may take.'),
    })
    .superRefine(checkRouting),
);

type Routing = {
  readonly retries?: number | undefined;
  readonly hedgeAfter?: string | undefined;
  readonly backoff?: { readonly initial?: string | undefined; readonly max?: string | undefined } | undefined;
  readonly cooldown?: Cooldown | undefined;
  readonly timeout?: string | undefined;
  readonly timeouts?:
    | Readonly<Partial<Record<'connect' | 'firstToken' | 'idle' | 'total', string | undefined>>>
    | undefined;
};
type Cooldown = z.output<typeof cooldown>;
type Context = z.core.$RefinementCtx;

/** Options that mean nothing, or contradict each other. */
function checkRouting(routing: Routing, context: Context): void {
  checkBackoff(routing, context);
  checkCooldown(routing.cooldown ?? {}, context);
  checkTimeouts(routing, context);
  checkHedge(routing, context);
}

function checkCooldown({ enabled = true, time, maxTime, ...share }: Cooldown, context: Context): void {
  const given = Object.entries({ ...share, time, maxTime }).find(([, value]) => value !== undefined);
  if (!enabled && given !== undefined)
    refuse(context, ['cooldown', given[0]], 'means nothing beside `enabled: false`; leave it out');
  if (isLonger(time, maxTime)) refuse(context, ['cooldown', 'time'], `should be at most the longest time, ${maxTime}`);
}

function checkBackoff({ retries = 0, backoff: waits }: Routing, context: Context): void {
  if (waits === undefined) return;
  if (retries === 0) refuse(context, ['backoff'], 'means nothing without `retries` above 0; leave it out');
  const { initial, max } = waits;
  if (isLonger(initial, max)) refuse(context, ['backoff', 'initial'], `should be at most the longest wait, ${max}`);
}

function checkHedge({ hedgeAfter, timeouts: { total } = {} }: Routing, context: Context): void {
  if (hedgeAfter === undefined) return;
  const afterMs = parseDurationMs(hedgeAfter) ?? 0;
  if (afterMs < HEDGE_AFTER_MS.min || afterMs > HEDGE_AFTER_MS.max)
    refuse(context, ['hedgeAfter'], 'should be from 50ms to 10m');
  if (total !== undefined && !isLonger(total, hedgeAfter))
    refuse(context, ['hedgeAfter'], `should be less than the time for the whole request, ${total}`);
}

/** No part of a call may take longer than the whole request. */
export function checkTimeouts(
  { timeout, timeouts: parts = {} }: Pick<Routing, 'timeout' | 'timeouts'>,
  context: Context,
): void {
  const { total } = parts;
  if (isLonger(timeout, total))
    refuse(context, ['timeout'], `should be at most the time for the whole request, ${total}`);
  for (const part of ['connect', 'firstToken', 'idle'] as const)
    if (isLonger(parts[part], total))
      refuse(context, ['timeouts', part], `should be at most the time for the whole request, ${total}`);
}

const isLonger = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && (parseDurationMs(one) ?? 0) > (parseDurationMs(other) ?? 0);

const refuse = (context: Context, path: string[], message: string): void =>
  context.addIssue({ code: 'custom', path, message });
