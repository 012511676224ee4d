import {
  type ModelSpec,
  type NodeCallerRouting,
  type NodeRouting,
  parseDurationMs,
  type Specs,
} from '@tollgate/schema';

type Declared = NonNullable<ModelSpec['routing']>;
type Cooldown = NonNullable<Declared['cooldown']>;
type Timeouts = NonNullable<Declared['timeouts']>;

/** What nodes get of a model's routing: durations in milliseconds; undefined if nothing beyond `timeout` was declared. */
export function toNodeRouting({ routing = {} }: ModelSpec): NodeRouting | undefined {
  const { strategy, sticky, retries, hedgeAfter, midStream, backoff, cooldown, timeouts } = routing;
  if ([strategy, sticky, retries, hedgeAfter, midStream, cooldown, timeouts].every((option) => option === undefined))
    return undefined;
  return {
    strategy,
    sticky,
    retries,
    hedgeAfterMs: toMs(hedgeAfter),
    midStream,
    cooldown: cooldown && toNodeCooldown(cooldown),
    backoff: backoff && { initialMs: toMs(backoff.initial), maxMs: toMs(backoff.max) },
    timeouts: timeouts && toNodeTimeouts(timeouts),
  };
}

/** The same of a team's or a key's. */
export const toNodeCallerRouting = ({
  timeout,
  timeouts,
  ...same
}: NonNullable<Specs['team']['routing']>): NodeCallerRouting => ({
  ...same,
  timeoutMs: toMs(timeout),
  timeouts: timeouts && toNodeTimeouts(timeouts),
});

const toNodeTimeouts = ({ connect, firstToken, idle, total }: Timeouts): NodeRouting['timeouts'] => ({
  connectMs: toMs(connect),
  firstTokenMs: toMs(firstToken),
  idleMs: toMs(idle),
  totalMs: toMs(total),
});

const toNodeCooldown = ({ time, maxTime, ...same }: Cooldown): NodeRouting['cooldown'] => ({
  ...same,
  timeMs: toMs(time),
  maxMs: toMs(maxTime),
});

export const toMs = (duration: string | undefined): number | undefined =>
  duration === undefined ? undefined : parseDurationMs(duration);
