import { setTimeout as sleep } from 'node:timers/promises';
import type { VirtualTime } from './virtual-time.ts';

/** The clock on the wall, which Postgres on this machine goes by, too. */
export function createRealTime(): VirtualTime {
  return {
    nowMs: Date.now,
    after(delayMs, run) {
      const timer = setTimeout(() => void run(), delayMs);
      return () => clearTimeout(timer);
    },
    runUntil: (atMs) => sleep(Math.max(0, atMs - Date.now())),
  };
}
