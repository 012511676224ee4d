import { type ModelSpec, type NodeRouting, parseDurationMs } from '@tollgate/schema';

type Cooldown = NonNullable<NonNullable<ModelSpec['routing']>['cooldown']>;

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
    timeouts: timeouts && {
      connectMs: toMs(timeouts.connect),
      firstTokenMs: toMs(timeouts.firstToken),
      idleMs: toMs(timeouts.idle),
      totalMs: toMs(timeouts.total),
    },
  };
}

const toNodeCooldown = ({ time, maxTime, ...same }: Cooldown): NodeRouting['cooldown'] => ({
  ...same,
  timeMs: toMs(time),
  maxMs: toMs(maxTime),
});

export const toMs = (duration: string | undefined): number | undefined =>
  duration === undefined ? undefined : parseDurationMs(duration);
