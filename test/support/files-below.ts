import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The paths of all files in a folder and in those within it. */
export async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
