import { readdir, readlink, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { waitUntil } from './wait-until.ts';

const KILL_LIMIT_MS = 5_000;

/**
 * Processes that run `program` (its file name) with `directory` as their working directory: how a service left
 * behind by a killed parent is told from any other process that now has its pid. Reads Linux's /proc (a dead but
 * unreaped process does not show there); on other systems the answer is empty.
 */
export async function findProcessesIn(directory: string, program: string): Promise<readonly number[]> {
  const target = await realpath(directory).catch(() => undefined);
  const entries = await readdir('/proc').catch(() => []);
  if (target === undefined) return [];
  const found: number[] = [];
  for (const entry of entries) {
    if (!/^\d+$/.test(entry)) continue;
    if ((await linkTarget(`/proc/${entry}/cwd`)) !== target) continue;
    const executable = (await linkTarget(`/proc/${entry}/exe`)) ?? '';
    if (basename(executable.replace(/ \(deleted\)$/, '')) === program) found.push(Number(entry));
  }
  return found;
}

/**
 * Sends `stopSignal` to the leaders, waits until `find` finds no process any more, and sends SIGKILL to what it still
 * finds after `graceMs`. Throws if even that does not end them.
 */
export async function endProcesses(
  leaders: readonly number[],
  find: () => Promise<readonly number[]>,
  how: { stopSignal: NodeJS.Signals; graceMs: number },
): Promise<void> {
  const isGone = async () => (await find()).length === 0;
  signalAll(leaders, how.stopSignal);
  if (await waitUntil(isGone, { timeoutMs: how.graceMs, intervalMs: 20 })) return;
  signalAll(await find(), 'SIGKILL');
  if (await waitUntil(isGone, { timeoutMs: KILL_LIMIT_MS, intervalMs: 20 })) return;
  throw new Error(`Processes ${(await find()).join(', ')} of an earlier run cannot be ended.`);
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended between the look and the signal, which is what was wanted; if not, the wait finds it.
    }
  }
}

async function linkTarget(path: string): Promise<string | undefined> {
  return readlink(path).catch(() => undefined);
}
