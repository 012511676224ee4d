import { type Delta, formatChecksum, type Keyring } from '@tollgate/schema';
import { applyDelta } from './apply-delta.ts';
import type { ConfigIndex } from './config-index.ts';
import { emptyConfig, findUnopened } from './config-state.ts';
import type { DiskCopy } from './disk-copy.ts';
import { readSnapshot } from './read-snapshot.ts';

export type Adoption = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** What the link to the control plane needs of whoever holds the configuration; whatever fails, that keeps what it has. */
export type AdoptingStore = {
  revision(): number;
  checksum(): string;
  /** Entities whose sealed values cannot be opened: their data keys are missing, or wrapped with other sealing keys. */
  unopened(): readonly string[];
  adoptDelta(delta: Delta): Promise<Adoption>;
  adoptSnapshot(lines: AsyncIterable<string>): Promise<Adoption>;
};

/** Holds the configuration that this process enforces now. */
export type ConfigStore = AdoptingStore & {
  /** False until a first configuration came from disk or from the control plane. */
  isReady(): boolean;
  index(): ConfigIndex;
  /** Opens a sealed value of an entity, such as `provider:openai`; undefined if that cannot be done on this node. */
  openSealed(owner: string, field: string, sealed: string): string | undefined;
  loadFromDisk(): Promise<boolean>;
  /** Adopts the deltas on disk that lead on from here, if there are any. */
  catchUpFromDisk(): Promise<void>;
  /** Called after each change of the configuration, in the same turn of the event loop. */
  onChange(listener: () => void): void;
};

export const adopted = (): Adoption => ({ ok: true });

/** The configuration is in force, but would not be after a restart; the control plane is told and sends a snapshot. */
export const notOnDisk = (error: unknown): Adoption => ({
  ok: false,
  reason: `in force, but not written to disk: ${String(error)}`,
});

export const refusal = (error: unknown): Adoption => ({
  ok: false,
  reason: error instanceof Error ? error.message : String(error),
});

export function createConfigStore(keyring: Keyring, disk: DiskCopy): ConfigStore {
  let state = emptyConfig(keyring);
  let isReady = false;
  const listeners: (() => void)[] = [];

  function swap(next: typeof state): void {
    state = next;
    isReady = true;
    for (const listener of listeners) listener();
  }

  return {
    isReady: () => isReady,
    revision: () => state.revision,
    checksum: () => formatChecksum(state.checksum),
    index: () => state.index,
    openSealed: (owner, field, sealed) => state.dataKeys.open(owner, field, sealed),
    unopened: () => findUnopened(state),
    onChange: (listener) => void listeners.push(listener),
    async loadFromDisk() {
      const loaded = await disk.load();
      if (loaded !== undefined) swap(loaded);
      return loaded !== undefined;
    },
    async catchUpFromDisk() {
      const next = await disk.catchUp(state);
      if (next.revision > state.revision) swap(next);
    },
    async adoptDelta(delta) {
      const result = applyDelta(state, delta, keyring);
      if (!result.ok) return result;
      swap(result.state);
      // An empty delta only says 'you are current'. A crash before the append loses nothing: the node says its older
      // revision when it dials again, and gets the delta once more.
      if (delta.from === delta.to) return { ok: true };
      return disk.append(delta, state).then(adopted, notOnDisk);
    },
    async adoptSnapshot(lines) {
      const incoming = disk.receive();
      try {
        const next = await readSnapshot(lines, keyring, incoming.keep);
        swap(next);
        await incoming.commit(next);
        return { ok: true };
      } catch (error) {
        await incoming.discard();
        return refusal(error);
      }
    },
  };
}
