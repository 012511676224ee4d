import { z } from 'zod';
import { wrappedDataKey } from '../sealing/data-key.ts';
import { nodeKinds, snapshotItem } from './node-config.ts';

/** Rises when a node of an older version could misread a snapshot; a node keeps what it has if it meets an unknown one. */
export const SNAPSHOT_SCHEMA_VERSION = 2;

/**
 * A snapshot travels and lies on disk as lines of JSON, so that neither side ever holds it whole as text: this head, one
 * `SnapshotItem` a line, and the tail.
 *
 * Beside the items travel the data keys of those that hold sealed values, one a line. They are no items: neither count nor
 * checksum nor signature covers them, so that wrapping them anew changes nothing. Each proves by itself that it is the data
 * key of its entity, for it opens only as that.
 */
export const snapshotHead = z.object({ schemaVersion: z.literal(SNAPSHOT_SCHEMA_VERSION), revision: z.int().min(0) });
export const snapshotTail = z.object({ count: z.int().min(0), checksum: z.string(), signature: z.string() });
export const snapshotDataKey = z.object({ dataKey: wrappedDataKey });
export type SnapshotHead = z.infer<typeof snapshotHead>;
export type SnapshotDataKey = z.infer<typeof snapshotDataKey>;
export type SnapshotTail = z.infer<typeof snapshotTail>;

export const deltaOperation = z.discriminatedUnion('op', [
  z.object({ op: z.literal('put'), item: snapshotItem }),
  z.object({ op: z.literal('remove'), kind: z.enum(nodeKinds), id: z.string() }),
]);
export type DeltaOperation = z.infer<typeof deltaOperation>;

/** What leads from one revision to another, with checksum and signature of the result. */
export const delta = z.object({
  schemaVersion: z.literal(SNAPSHOT_SCHEMA_VERSION),
  from: z.int().min(0),
  to: z.int().min(0),
  operations: z.array(deltaOperation),
  /** Of the entities that are put and hold sealed values. With an entity that is removed goes its data key. */
  dataKeys: z.array(wrappedDataKey).optional(),
  checksum: z.string(),
  signature: z.string(),
});
export type Delta = z.infer<typeof delta>;
