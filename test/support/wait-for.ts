import { setTimeout as delay } from 'node:timers/promises';

const INTERVAL_MS = 25;
const TIMEOUT_MS = 10_000;

/**
 * Asks `probe` again and again until it gives something other than `undefined` or `false`, and returns that.
 * What `probe` throws counts as 'not yet'.
 * @throws Error that names what was waited for, and why the last try failed, once the time is up.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = TIMEOUT_MS,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let reason = '';
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      reason = ` (${error instanceof Error ? error.message : String(error)})`;
    }
    if (performance.now() >= deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}${reason}`);
    await delay(INTERVAL_MS);
  }
}
