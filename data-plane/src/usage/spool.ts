import { closeSync, fsync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { SEGMENT_BYTES_MAX, type UsageRecord } from '@tollgate/schema';
import { openSegmentPath, sealSegment } from './spool-folder.ts';

/** A record before the spool gave it its place. */
export type UnplacedRecord = Omit<UsageRecord, 'nodeId' | 'bootId' | 'seq'>;

export type Spool = {
  /**
   * Takes a record and calls `onWritten` once it is in the file, or with the error if it could not be written.
   * Records of one turn of the event loop are written together. What is in the file survives the end of the process;
   * it is forced to the disk only when a segment is sealed, so a loss of power may take the last moments.
   */
  append(record: UnplacedRecord, onWritten: (error?: Error) => void): void;
  /** Writes what is pending and seals the open segment. */
  close(): void;
};

export type SpoolOptions = {
  readonly folder: string;
  readonly nodeId: string;
  readonly bootId: string;
  /** An open segment is sealed at this age. */
  readonly sealAfterMs: number;
  readonly onSealed: (bytes: number) => void;
};

/** A record, all but its place, that waits for the end of this turn of the event loop. */
type Pending = { readonly line: string; readonly onWritten: (error?: Error) => void };

type OpenSegment = { readonly id: string; readonly file: number; bytes: number; readonly timer: NodeJS.Timeout };

const SEGMENT_BYTES_TARGET = SEGMENT_BYTES_MAX / 2;
/** The longest of what `place` adds to a line. */
const PLACE_BYTES_MAX = 256;

/** Appends usage records to segment files: `<node>.<boot>.<number>.open`, then `.sealed`. */
export function createSpool({ folder, nodeId, bootId, sealAfterMs, onSealed }: SpoolOptions): Spool {
  const origin = `"nodeId":${JSON.stringify(nodeId)},"bootId":${JSON.stringify(bootId)}`;
  let seq = 0;
  let segmentNumber = 0;
  let segment: OpenSegment | undefined;
  let pending: Pending[] = [];

  function openSegment(): OpenSegment {
    segmentNumber += 1;
    const id = `${nodeId}.${bootId}.${String(segmentNumber).padStart(10, '0')}`;
    return {
      id,
      file: openSync(openSegmentPath(folder, id), 'a', 0o600),
      bytes: 0,
      timer: setTimeout(seal, sealAfterMs),
    };
  }

  function seal(): void {
    if (segment === undefined) return;
    const { id, file, bytes, timer } = segment;
    segment = undefined;
    clearTimeout(timer);
    sealSegment(folder, id);
    fsync(file, () => closeSync(file));
    onSealed(bytes);
  }

  function write(text: string): void {
    const bytes = Buffer.from(text);
    if (segment !== undefined && segment.bytes + bytes.length > SEGMENT_BYTES_TARGET) seal();
    segment ??= openSegment();
    try {
      for (let offset = 0; offset < bytes.length; ) offset += writeSync(segment.file, bytes, offset);
    } catch (error) {
      // A full disk may have taken half a line; what follows must not be glued to it.
      ftruncateSync(segment.file, segment.bytes);
      throw error;
    }
    segment.bytes += bytes.length;
  }

  function flush(): void {
    const batch = pending;
    pending = [];
    for (const group of groupsOf(batch, SEGMENT_BYTES_TARGET)) {
      const error = tryWrite(group.map(({ line }, index) => place(line, origin, seq + 1 + index)).join(''));
      // A place that was not taken is given to the next record, so that a failed write is no gap.
      if (error === undefined) seq += group.length;
      for (const { onWritten } of group) onWritten(error);
    }
  }

  function tryWrite(text: string): Error | undefined {
    try {
      write(text);
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  return {
    append(record, onWritten) {
      if (pending.length === 0) setImmediate(flush);
      pending.push({ line: JSON.stringify(record), onWritten });
    },
    close() {
      flush();
      seal();
    },
  };
}

/** The record's line, with its place in the node's count as the last members. */
const place = (line: string, origin: string, seq: number): string => `${line.slice(0, -1)},${origin},"seq":${seq}}\n`;

/** Groups records so that each group is no longer than the bound, unless a single record is. */
function* groupsOf(batch: readonly Pending[], bytesMax: number): Generator<readonly Pending[]> {
  let group: Pending[] = [];
  let bytes = 0;
  for (const entry of batch) {
    const entryBytes = Buffer.byteLength(entry.line) + PLACE_BYTES_MAX;
    if (group.length > 0 && bytes + entryBytes > bytesMax) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(entry);
    bytes += entryBytes;
  }
  if (group.length > 0) yield group;
}
