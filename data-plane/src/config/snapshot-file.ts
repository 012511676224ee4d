import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { Keyring } from '@tollgate/schema';
import type { ConfigState } from './config-state.ts';
import { readSnapshot } from './read-snapshot.ts';
import { snapshotTailLine } from './write-snapshot.ts';

/** What the files are ended with; the items went there while they came. */
export type CommittedState = Pick<ConfigState, 'revision' | 'checksum' | 'dataKeys'>;

/** A snapshot on its way to the disk, in a file beside the current one. */
export type IncomingSnapshot = {
  /** Takes a line of the head or of an item. @returns what must be waited for before the next, if the disk is slow */
  keep(line: string): Promise<void> | undefined;
  /** Ends the file with a tail and puts it in the current one's place. */
  commit(state: CommittedState): Promise<void>;
  discard(): Promise<void>;
};

export type SnapshotFile = {
  /** @returns undefined if there is none. @throws Error if it does not verify */
  load(): Promise<ConfigState | undefined>;
  receive(): IncomingSnapshot;
};

export function createSnapshotFile(path: string, keyring: Keyring): SnapshotFile {
  const incomingPath = `${path}.incoming`;
  return {
    async load() {
      const file = await open(path).catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      return file && readSnapshot(file.readLines(), keyring);
    },

    receive() {
      const file = createWriteStream(incomingPath, { mode: 0o600 });
      const failure = new Promise<never>((_, reject) => file.once('error', reject));
      failure.catch(() => {});
      let lines = 0;
      const close = async () => {
        file.end();
        await Promise.race([once(file, 'close'), failure]);
      };
      const write = (line: string): Promise<void> | undefined => {
        const isTaken = file.write(`${line}\n`);
        return isTaken ? undefined : Promise.race([once(file, 'drain').then(() => {}), failure]);
      };
      return {
        keep(line) {
          lines += 1;
          return write(line);
        },
        async commit(state) {
          write(snapshotTailLine(state, lines - 1, keyring));
          await close();
          await syncFile(incomingPath); // 1. the new snapshot is whole on disk
          await rename(incomingPath, path); // 2. it takes the old one's place
        },
        async discard() {
          await close().catch(() => {});
          await rm(incomingPath, { force: true });
        },
      };
    },
  };
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync();
  await file.close();
}

export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
