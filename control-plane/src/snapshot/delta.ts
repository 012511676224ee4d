import {
  type Delta,
  type DeltaOperation,
  EMPTY_CHECKSUM,
  formatChecksum,
  type Keyring,
  SNAPSHOT_SCHEMA_VERSION,
  signRevision,
} from '@tollgate/schema';
import type { Kysely } from 'kysely';
import { toSnapshotItem } from '../aggregate/definitions.ts';
import type { Tables } from '../database/tables.ts';
import { readDifferences, type Span } from '../history/differences.ts';
import { readChecksum, readLatestRevision } from '../projection/revision-log.ts';
import { readDataKeysOf } from '../secrets/data-keys-for-nodes.ts';

/** A node that is further behind gets a snapshot; this bounds the size of a message. */
export const DELTA_EVENTS_MAX = 1_000;

/** Where a node says it stands. */
export type NodePosition = { readonly revision: number; readonly checksum: string };

/** The checksum of a configuration without entities, which everything starts from. */
export const EMPTY_SNAPSHOT_CHECKSUM = formatChecksum(EMPTY_CHECKSUM);

/**
 * What leads a node from where it stands to the newest revision.
 * @returns undefined if only a snapshot can: the node is ahead, too far behind, or does not have what was there at its
 *   revision.
 */
export function readDelta(db: Kysely<Tables>, keyring: Keyring, from: NodePosition): Promise<Delta | undefined> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const latest = await readLatestRevision(trx);
      const to = latest?.revision ?? 0;
      if (from.revision > to || to - from.revision > DELTA_EVENTS_MAX) return undefined;
      if ((await checksumAt(trx, from.revision)) !== from.checksum) return undefined;
      const checksum = latest?.checksum ?? EMPTY_SNAPSHOT_CHECKSUM;
      const operations = [...(await readOperations(trx, { from: from.revision, to }))];
      const items = operations.flatMap((operation) => (operation.op === 'put' ? [operation.item] : []));
      return {
        schemaVersion: SNAPSHOT_SCHEMA_VERSION,
        from: from.revision,
        to,
        operations,
        dataKeys: [...(await readDataKeysOf(trx, keyring, items))],
        checksum,
        signature: signRevision(keyring, to, checksum),
      };
    });
}

export async function checksumAt(db: Kysely<Tables>, revision: number): Promise<string | undefined> {
  return revision === 0 ? EMPTY_SNAPSHOT_CHECKSUM : await readChecksum(db, revision);
}

/** One operation for each entity that differs, however often it was changed; none for one that came and went. */
async function readOperations(db: Kysely<Tables>, span: Span): Promise<readonly DeltaOperation[]> {
  const operations: DeltaOperation[] = [];
  for await (const { before, after } of readDifferences(db, span)) {
    const [was, item] = [before && toSnapshotItem(before), after && toSnapshotItem(after)];
    if (item) operations.push({ op: 'put', item });
    else if (was) operations.push({ op: 'remove', kind: was.kind, id: was.id });
  }
  return operations;
}
