import { setTimeout as sleep } from 'node:timers/promises';

export type Backoff = { readonly firstMs: number; readonly maxMs: number };

export const STORE_BACKOFF: Backoff = Object.freeze({ firstMs: 100, maxMs: 5_000 });

/** Doubles from `firstMs` to `maxMs`, of which `random` (0 to 1) takes away up to half, so that nodes do not march in step. */
export function backoffMs({ firstMs, maxMs }: Backoff, attempt: number, random: number): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(ceiling * (1 - random / 2));
}

/**
 * Repeats `work` until it succeeds or `signal` is aborted.
 * @throws the last failure of `work` once the signal is aborted.
 */
export async function retryUntilAborted<Result>(
  work: () => Promise<Result>,
  backoff: Backoff,
  signal: AbortSignal,
  onFailure: (error: unknown, attempt: number) => void,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      onFailure(error, attempt);
      await sleep(backoffMs(backoff, attempt, Math.random()), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw error;
    }
  }
}
