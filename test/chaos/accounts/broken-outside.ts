import type { Exchange } from '../load/exchange.ts';

/** Milliseconds since 1970. */
export type Window = { readonly fromMs: number; readonly toMs: number };

/** Exchanges that broke though no window lies within the time they were under way. */
export function brokenOutside(exchanges: readonly Exchange[], windows: readonly Window[]): readonly Exchange[] {
  return exchanges.filter(
    ({ outcome, sentAtMs, endedAtMs }) =>
      outcome.type === 'broken' && !windows.some(({ fromMs, toMs }) => sentAtMs <= toMs && endedAtMs >= fromMs),
  );
}
