import { setTimeout as delay } from 'node:timers/promises';

interface Patience {
  readonly timeoutMs: number;
  readonly intervalMs: number;
  /** Ends the wait early, without an error: the caller already knows why. */
  readonly signal?: AbortSignal;
}

/** Asks `check` again and again until it says yes. False if it had not by the deadline or the signal came first. */
export async function waitUntil(check: () => Promise<boolean> | boolean, patience: Patience): Promise<boolean> {
  const deadline = performance.now() + patience.timeoutMs;
  while (patience.signal?.aborted !== true) {
    if (await check()) return true;
    if (performance.now() >= deadline) return false;
    await delay(patience.intervalMs);
  }
  return false;
}
