import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Relative to the folder that a benchmark is started in, the root of the repository; git ignores it. */
export const RESULTS_FOLDER = join('test', 'load', 'results');

/**
 * Writes what was measured as JSON.
 * @param prefix tells whose it is, such as `control-`
 * @returns where it is
 */
export async function writeResults(prefix: string, results: object, at: Date): Promise<string> {
  const path = join(RESULTS_FOLDER, `${prefix}${at.toISOString().replaceAll(':', '-')}.json`);
  await mkdir(RESULTS_FOLDER, { recursive: true });
  await writeFile(path, `${JSON.stringify(results, null, 2)}\n`);
  return path;
}
