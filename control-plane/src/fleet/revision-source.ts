import type { Delta, Keyring } from '@tollgate/schema';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { checksumAt, readDelta } from '../snapshot/delta.ts';
import type { RevisionSource } from './node-link.ts';

/** Nodes stand at few different revisions; beyond this many, deltas are made again. */
const DELTAS_MAX = 64;

export type AnnouncedRevisions = RevisionSource & {
  /** @returns whether it is newer than what was announced before */
  announce(revision: number): boolean;
};

/** The newest revision and the deltas to it; nodes that stand at the same revision share one. */
export function createRevisionSource(db: Kysely<Tables>, keyring: Keyring): AnnouncedRevisions {
  const deltas = new Map<string, Promise<Delta | undefined>>();
  /** Where the last deltas led to, so that the nodes that say they are there need no look into the database. */
  const checksums = new Map<number, string>();
  let latest = 0;

  async function makeDelta(position: { readonly revision: number; readonly checksum: string }) {
    const delta = await readDelta(db, keyring, position);
    if (delta) {
      if (checksums.size >= DELTAS_MAX) checksums.clear();
      checksums.set(delta.to, delta.checksum);
    }
    return delta;
  }

  return {
    latest: () => latest,
    announce(revision) {
      if (revision <= latest) return false;
      latest = revision;
      deltas.clear();
      return true;
    },
    deltaFrom({ revision, checksum }) {
      const key = `${revision}:${checksum}`;
      const known = deltas.get(key);
      if (known) return known;
      if (deltas.size >= DELTAS_MAX) deltas.clear();
      const made = makeDelta({ revision, checksum });
      deltas.set(key, made);
      made.catch(() => deltas.delete(key));
      return made;
    },
    isSound: async ({ revision, checksum }) =>
      (checksums.get(revision) ?? (await checksumAt(db, revision))) === checksum,
  };
}
