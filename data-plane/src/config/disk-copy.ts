import { mkdirSync } from 'node:fs';
import { appendFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Delta,
  delta as deltaSchema,
  formatChecksum,
  isSignatureOf,
  type Keyring,
  kindsSealedOnNodes,
  signRevision,
  type WrappedDataKey,
} from '@tollgate/schema';
import { applyDelta } from './apply-delta.ts';
import { type ConfigState, emptyConfig, ownerOf } from './config-state.ts';
import { createDataKeysFile } from './data-keys-file.ts';
import { createSnapshotFile, type IncomingSnapshot, isMissing } from './snapshot-file.ts';
import { snapshotBodyLines } from './write-snapshot.ts';

/** Past this the deltas are folded into the snapshot at the next start. */
const DELTAS_BYTES_MAX = 8 * 1_048_576;

/**
 * The node's last configuration on disk: a snapshot, the deltas since, and the data keys. All of it is signed and wrapped
 * with the sealing keys of this node, so that it does not depend on those of the control plane. Secrets in it are sealed.
 *
 * Data keys are written before the configuration that needs them. A crash between the two leaves an older configuration
 * which may lack a data key that was destroyed since; the entity that it belonged to was deleted, and comes back no more.
 */
export type DiskCopy = {
  /** The last configuration that was written whole, or undefined if there is none or it does not verify. */
  load(): Promise<ConfigState | undefined>;
  /** What the deltas on disk make of this configuration; itself if none of them leads on from it. */
  catchUp(state: ConfigState): Promise<ConfigState>;
  /** The data keys as they lie there. */
  dataKeys(): Promise<readonly WrappedDataKey[]>;
  /** A snapshot is written while it comes; once it is verified, `commit` makes it the current one. */
  receive(): IncomingSnapshot;
  /** Keeps a delta that led to this state. */
  append(delta: Delta, state: Pick<ConfigState, 'dataKeys'>): Promise<void>;
};

export type DiskCopyOptions = {
  /** Nothing is folded or wrapped anew while it is loaded: another process has the folder. */
  readonly isReadOnly?: () => boolean;
};

export function createDiskCopy(
  folder: string,
  keyring: Keyring,
  log: { warn(details: object, message: string): void },
  { isReadOnly = () => false }: DiskCopyOptions = {},
): DiskCopy {
  const snapshotFile = createSnapshotFile(join(folder, 'snapshot.ndjson'), keyring);
  const dataKeysFile = createDataKeysFile(join(folder, 'data-keys.json'));
  const deltasPath = join(folder, 'deltas.ndjson');
  mkdirSync(folder, { recursive: true, mode: 0o700 });

  async function load(): Promise<ConfigState | undefined> {
    try {
      const deltas = await readIfPresent(deltasPath);
      const snapshot = await snapshotFile.load();
      if (snapshot === undefined && deltas === '') return undefined;
      const state = replay(snapshot ?? emptyConfig(keyring), deltas);
      await addDataKeys(state);
      if (!isReadOnly() && (deltas.length > DELTAS_BYTES_MAX || !isSignedByCurrent(state))) await rewrite(state);
      return state;
    } catch (error) {
      log.warn({ error: String(error) }, 'the configuration on disk cannot be used');
      return undefined;
    }
  }

  /** The file is newer than any of the deltas, so it is read after them; what no entity owns is dropped from it. */
  async function addDataKeys({ index, dataKeys }: ConfigState): Promise<void> {
    const kept = await dataKeysFile.read();
    const owners = new Set([...index.items(kindsSealedOnNodes)].map(ownerOf));
    for (const wrapped of kept) if (owners.has(wrapped.owner)) dataKeys.put(wrapped);
    const isCurrent = kept.every(({ owner, wraps }) => owners.has(owner) && isWrappedByAccepted(wraps));
    if (!isCurrent && !isReadOnly()) await dataKeysFile.write(dataKeys.wrapped());
  }

  const isWrappedByAccepted = (wraps: object): boolean =>
    Object.keys(wraps).sort().join() ===
    keyring.accepted
      .map(({ keyId }) => keyId)
      .sort()
      .join();

  const isSignedByCurrent = ({ revision, checksum, signature }: ConfigState): boolean =>
    isSignatureOf({ accepted: [keyring.current] }, revision, formatChecksum(checksum), signature);

  /** Makes one snapshot of what was replayed: the deltas do not grow for ever, and all is signed with the current key. */
  async function rewrite(state: ConfigState): Promise<void> {
    const copy = receive();
    for (const line of snapshotBodyLines(state)) await copy.keep(line);
    await copy.commit(state);
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

  function receive(): IncomingSnapshot {
    const incoming = snapshotFile.receive();
    return {
      ...incoming,
      /** A crash between 2 and 3 leaves deltas of older revisions, which `replay` passes over. */
      async commit(state) {
        await dataKeysFile.write(state.dataKeys.wrapped()); // 1. the data keys
        await incoming.commit(state); // 2. the snapshot
        await rm(deltasPath, { force: true }); // 3. the deltas that it contains go
      },
    };
  }

  return {
    load,
    receive,
    dataKeys: dataKeysFile.read,
    async catchUp(state) {
      const next = replay(state, await readIfPresent(deltasPath));
      if (next !== state) await addDataKeys(next);
      return next;
    },
    async append({ dataKeys, ...delta }, state) {
      if (touchesDataKeys(delta)) await dataKeysFile.write(state.dataKeys.wrapped());
      const signature = signRevision(keyring, delta.to, delta.checksum);
      await appendFile(deltasPath, `${JSON.stringify({ ...delta, signature })}\n`, { mode: 0o600 });
    },
  };
}

const sealedKinds: ReadonlySet<string> = new Set(kindsSealedOnNodes);

const touchesDataKeys = ({ operations }: Pick<Delta, 'operations'>): boolean =>
  operations.some((operation) => sealedKinds.has(operation.op === 'put' ? operation.item.kind : operation.kind));

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
