import { type Latency, peakAt } from '../latency.ts';
import type { Deployment } from '../route.ts';
import { expectedOutput } from './expected-tokens.ts';
import { chooseLowest } from './lowest.ts';
import type { RoutingRequest, Strategy } from './strategy.ts';

/**
 * The one that is expected to answer first: of a stream the time to its first token and that of each further one, of a whole answer that
 * of each token, by a moving average that follows a rise at once; times the attempts under way, counting the one to come. One that was not
 * measured lately is tried as soon as nothing is under way there, and until then counts like the average of the others.
 */
export const leastLatency: Strategy = {
  name: 'least-latency',
  learns: 'latency',
  figureOf({ state }, request, nowMs) {
    const ms = expectedMs(state.latency, request, nowMs);
    return ms === undefined ? null : Math.round(ms * (state.inFlight + 1));
  },
  choose(candidates, request, random, nowMs) {
    const unmeasuredMs = averageMs(candidates, request, nowMs);
    return chooseLowest(candidates, random, ({ state }) => {
      const ms = expectedMs(state.latency, request, nowMs);
      if (ms === undefined && state.inFlight === 0) return -1;
      return (ms ?? unmeasuredMs) * (state.inFlight + 1);
    });
  },
};

function averageMs(candidates: readonly Deployment[], request: RoutingRequest, nowMs: number): number {
  let sum = 0;
  let count = 0;
  for (const { state } of candidates) {
    const ms = expectedMs(state.latency, request, nowMs);
    if (ms === undefined) continue;
    sum += ms;
    count += 1;
  }
  return count === 0 ? 1 : sum / count;
}

function expectedMs(latency: Latency, { chat }: RoutingRequest, nowMs: number): number | undefined {
  if (!chat.stream) {
    const perToken = peakAt(latency.wholePerTokenMs, nowMs);
    return perToken === undefined ? undefined : perToken * expectedOutput(chat);
  }
  const first = peakAt(latency.firstTokenMs, nowMs);
  if (first === undefined) return undefined;
  return first + (peakAt(latency.streamPerTokenMs, nowMs) ?? 0) * expectedOutput(chat);
}
