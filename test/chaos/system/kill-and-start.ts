import type { Window } from '../accounts/broken-outside.ts';
import type { Part } from './part.ts';

/** SIGKILL, and a new start with the same data. @returns the time from before the kill until the part is ready again. */
export async function killAndStart(part: Part): Promise<Window> {
  const fromMs = Date.now();
  await part.kill();
  await part.start();
  return { fromMs, toMs: Date.now() };
}
