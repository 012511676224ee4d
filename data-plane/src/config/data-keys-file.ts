import { open, readFile, rename } from 'node:fs/promises';
import { type WrappedDataKey, wrappedDataKey } from '@tollgate/schema';
import { z } from 'zod';

/**
 * The data keys on a node's disk, apart from the configuration whose values they open. The file is small and is replaced
 * whole, so that a destroyed key is gone from it at once, while the files of the configuration only grow.
 */
export type DataKeysFile = {
  /** Empty if there is none, or nothing that can be read. */
  read(): Promise<readonly WrappedDataKey[]>;
  write(dataKeys: readonly WrappedDataKey[]): Promise<void>;
};

const content = z.object({ dataKeys: z.array(wrappedDataKey) });

export function createDataKeysFile(path: string): DataKeysFile {
  const incoming = `${path}.incoming`;
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch(() => '');
      return parse(text);
    },
    /** A crash between 1 and 2 leaves the old file as it was. */
    async write(dataKeys) {
      const file = await open(incoming, 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify({ dataKeys }));
        await file.sync(); // 1. the new file is whole on disk
      } finally {
        await file.close();
      }
      await rename(incoming, path); // 2. it takes the old one's place
    },
  };
}

function parse(text: string): readonly WrappedDataKey[] {
  try {
    return content.parse(JSON.parse(text)).dataKeys;
  } catch {
    return [];
  }
}
