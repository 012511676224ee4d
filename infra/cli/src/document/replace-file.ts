import { randomUUID } from 'node:crypto';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { codeOf } from '../api/graphql-client.ts';
import { userError } from '../user-error.ts';

/**
 * Replaces what a file holds, with its rights: 1. writes a new file beside it, 2. puts that in its place. A crash before 2
 * leaves the old one and `<name>-<id>.tmp` beside it; there is no moment at which half of it is there.
 * @throws UserError if it cannot be written
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path);
    const temporary = `${target}-${randomUUID()}.tmp`;
    try {
      await writeFile(temporary, text, { mode: (await stat(target)).mode, flag: 'wx' });
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw userError(`cannot write ${path} (${codeOf(error)})`);
  }
}
