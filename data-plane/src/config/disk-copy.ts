import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { appendFile, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Delta, delta as deltaSchema, type Keyring } from '@tollgate/schema';
import { applyDelta, type ConfigState, emptyConfig } from './apply-delta.ts';

import { readSnapshot } from './read-snapshot.ts';
import { writeSnapshot } from './write-snapshot.ts';

/** Past this the deltas are folded into the snapshot at the next start. */
const DELTAS_BYTES_MAX = 8 * 1_048_576;

/** The node's last configuration on disk: a snapshot, and the deltas since. Secrets in it are sealed. */
export type DiskCopy = {
  /** The last configuration that was written whole, or undefined if there is none or it does not verify. */
  load(): Promise<ConfigState | undefined>;
  /** Passes the lines of a snapshot through to a file beside the current one; `commit` puts it in its place. */
  receive(lines: AsyncIterable<string>): {
    readonly lines: AsyncIterable<string>;
    commit(): Promise<void>;
    discard(): Promise<void>;
  };
  append(delta: Delta): Promise<void>;
};

export function createDiskCopy(
  folder: string,
  keyring: Keyring,
  log: { warn(details: object, message: string): void },
): DiskCopy {
  const snapshotFile = join(folder, 'snapshot.ndjson');
  const incomingFile = join(folder, 'snapshot.incoming');
  const deltasFile = join(folder, 'deltas.ndjson');
  mkdirSync(folder, { recursive: true, mode: 0o700 });

  async function load(): Promise<ConfigState | undefined> {
    try {
      const deltas = await readIfPresent(deltasFile);
      const snapshot = await loadSnapshot();
      if (snapshot === undefined && deltas === '') return undefined;
      const state = replay(snapshot ?? emptyConfig(), deltas);
      if (deltas.length > DELTAS_BYTES_MAX) await rewrite(state);
      return state;
    } catch (error) {
      log.warn({ error: String(error) }, 'the configuration on disk cannot be used');
      return undefined;
    }
  }

  async function loadSnapshot(): Promise<ConfigState | undefined> {
    const file = await open(snapshotFile).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    return file && readSnapshot(file.readLines(), keyring);
  }

  /** Makes one snapshot of what was replayed, so that the file of deltas does not grow for ever. */
  async function rewrite(state: ConfigState): Promise<void> {
    const copy = receive(Readable.from(writeSnapshot(state, keyring)));
    for await (const _line of copy.lines);
    await copy.commit();
  }

  /** A delta that does not follow on, or whose line was torn by a crash, ends the replay: the control plane sends the rest. */
  function replay(state: ConfigState, text: string): ConfigState {
    let current = state;
    for (const line of text.split('\n')) {
      const delta = parseDelta(line);
      if (delta === undefined || delta.from < current.revision) continue;
      const result = applyDelta(current, delta, keyring);
      if (!result.ok) break;
      current = result.state;
    }
    return current;
  }

  function receive(lines: AsyncIterable<string>) {
    async function* copy(): AsyncGenerator<string> {
      const file = createWriteStream(incomingFile, { mode: 0o600 });
      for await (const line of lines) {
        if (!file.write(`${line}\n`)) await once(file, 'drain');
        yield line;
      }
      file.end();
      await once(file, 'close');
    }
    return {
      lines: copy(),
      /** A crash between 1 and 2, or 2 and 3, leaves deltas of older revisions, which `replay` passes over. */
      async commit() {
        await syncFile(incomingFile); // 1. the new snapshot is whole on disk
        await rename(incomingFile, snapshotFile); // 2. it takes the old one's place
        await rm(deltasFile, { force: true }); // 3. the deltas that it contains go
      },
      discard: () => rm(incomingFile, { force: true }),
    };
  }

  return { load, receive, append: (delta) => appendFile(deltasFile, `${JSON.stringify(delta)}\n`, { mode: 0o600 }) };
}

function parseDelta(line: string): Delta | undefined {
  try {
    return deltaSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

async function readIfPresent(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '';
    throw error;
  });
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync();
  await file.close();
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
