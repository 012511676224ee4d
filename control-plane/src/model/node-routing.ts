import { type ModelSpec, type NodeRouting, parseDurationMs } from '@tollgate/schema';

/** What nodes get of a model's routing: durations in milliseconds; undefined if nothing beyond `timeout` was declared. */
export function toNodeRouting({ routing = {} }: ModelSpec): NodeRouting | undefined {
  const { retries, backoff, timeouts } = routing;
  if (retries === undefined && timeouts === undefined) return undefined;
  return {
    retries,
    backoff: backoff && { initialMs: toMs(backoff.initial), maxMs: toMs(backoff.max) },
    timeouts: timeouts && {
      connectMs: toMs(timeouts.connect),
      firstTokenMs: toMs(timeouts.firstToken),
      idleMs: toMs(timeouts.idle),
      totalMs: toMs(timeouts.total),
    },
  };
}

export const toMs = (duration: string | undefined): number | undefined =>
  duration === undefined ? undefined : parseDurationMs(duration);
