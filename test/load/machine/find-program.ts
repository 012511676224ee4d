import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Folders of Debian's system programs, which an ordinary user's PATH leaves out. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The full path of an installed program, or undefined. */
export async function findProgram(name: string): Promise<string | undefined> {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...SYSTEM_FOLDERS,
  ];
  for (const path of folders.map((folder) => join(folder, name))) {
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}
