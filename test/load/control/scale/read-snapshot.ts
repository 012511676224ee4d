import { createKeyring, SNAPSHOT_PATH, snapshotHead, snapshotTail } from '@tollgate/schema';
import type { Bed } from '../bed.ts';
import { monotonicMs } from '../change-sets.ts';

export interface SnapshotFigures {
  readonly seconds: number;
  readonly bytes: number;
  readonly revision: number;
  readonly checksum: string;
}

const TAIL_BYTES = 1_000;

export const internalHeaders = ({ sealKey }: Bed): Record<string, string> => ({
  authorization: `Bearer ${createKeyring(sealKey).internalTokens[0]}`,
});

/** Reads a whole snapshot as fast as it comes, and keeps only what says which it is. */
export async function readSnapshot(bed: Bed): Promise<SnapshotFigures> {
  const beganMs = monotonicMs();
  const response = await fetch(`${bed.controlUrl}${SNAPSHOT_PATH}`, { headers: internalHeaders(bed) });
  if (!response.ok || response.body === null) throw new Error(`the snapshot was answered with ${response.status}`);
  let bytes = 0;
  let head = '';
  let tail = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (head === '') head = decoder.decode(chunk.subarray(0, TAIL_BYTES));
    tail = `${tail}${decoder.decode(chunk.subarray(-TAIL_BYTES))}`.slice(-TAIL_BYTES);
  }
  const { revision } = snapshotHead.parse(JSON.parse(head.slice(0, head.indexOf('\n'))));
  const { checksum } = snapshotTail.parse(JSON.parse(tail.trimEnd().split('\n').at(-1) ?? ''));
  return { seconds: (monotonicMs() - beganMs) / 1000, bytes, revision, checksum };
}
