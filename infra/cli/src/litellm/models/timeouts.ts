import { differs, notSupported, type Verdict } from '../report/verdict.ts';
import { numberOf } from '../source/scalars.ts';
import type { Aspect, ModelGroup, RoutingSettings } from './group.ts';

/** A duration of a config document; seconds may have a fraction. */
export function toDuration(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}s` : `${Math.max(1, Math.round(seconds * 1_000))}ms`;
}

/** The timeout of a group's model: that of its deployments, else that of the router. */
export function timeoutOf({ name, candidates }: ModelGroup, { timeoutSeconds }: RoutingSettings): Aspect {
  const own = candidates.map(({ params }) => positive(numberOf(params.get('timeout')?.value)));
  const stated = own.map((seconds) => seconds ?? timeoutSeconds);
  const longest = Math.max(...stated.map((seconds) => seconds ?? 0));
  const target = `models.${name}.routing.timeout`;
  const verdict = (seconds: number | undefined): Verdict => {
    if (seconds === undefined) return notSupported('is no number of seconds');
    if (seconds < longest) return differs(`→ ${target}: one timeout for all deployments, the longest`);
    return differs(`→ ${target}: the wait for the first byte and between two, not for the whole answer`);
  };
  return {
    ...(longest > 0 && { model: { routing: { timeout: toDuration(longest) } } }),
    verdicts: own.map((seconds) => ({ timeout: verdict(seconds) })),
  };
}

const positive = (seconds: number | undefined): number | undefined =>
  seconds !== undefined && seconds > 0 && Number.isFinite(seconds) ? seconds : undefined;
