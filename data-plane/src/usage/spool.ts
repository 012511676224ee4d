import { closeSync, fsync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { SEGMENT_BYTES_MAX, type WrittenUsageRecord } from '@tollgate/schema';
import { openSegmentPath, sealSegment } from './spool-folder.ts';

type Place = 'nodeId' | 'bootId' | 'seq';

/** A record before the spool gave it its place. All fields are there, so that all records have one shape; those that are left out are undefined. */
export type UnplacedRecord = {
  readonly [Field in keyof Required<Omit<WrittenUsageRecord, Place>>]: ReadonlyList<WrittenUsageRecord[Field]>;
};

type ReadonlyList<T> = T extends readonly (infer Item)[] ? readonly Item[] : T;

export type Spool = {
  /**
   * Takes a record and calls `onWritten` once it is in the file, or with the error if it could not be written.
   * Records of one turn of the event loop are written together. What is in the file survives the end of the process;
   * it is forced to the disk only when a segment is sealed, so a loss of power may take the last moments.
   */
  append(record: UnplacedRecord, onWritten: (error?: Error) => void): void;
  /** How many records there are of this run, those that are about to be written included. */
  recorded(): number;
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
/** In UTF-8, of one unit of a JavaScript string. */
const BYTES_PER_CHARACTER_MAX = 3;

/** Appends usage records to segment files: `<node>.<boot>.<number>.open`, then `.sealed`. */
export function createSpool({ folder, nodeId, bootId, sealAfterMs, onSealed }: SpoolOptions): Spool {
  const origin = `"nodeId":${JSON.stringify(nodeId)},"bootId":${JSON.stringify(bootId)}`;
  let seq = 0;
  let segmentNumber = 0;
  let segment: OpenSegment | undefined;
  let pending: Pending[] = [];
  const batch = Buffer.allocUnsafe(SEGMENT_BYTES_TARGET);

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

  function write(bytes: Buffer): void {
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

  /** Gives the records their places and lays them into the batch one behind the other, as many at a time as it holds. */
  function flush(): void {
    const waiting = pending;
    pending = [];
    let bytes = 0;
    let first = 0;
    for (const [index, { line }] of waiting.entries()) {
      const tail = `,${origin},"seq":${seq + 1 + index - first}}\n`;
      if (bytes + BYTES_PER_CHARACTER_MAX * (line.length + tail.length) > batch.length) {
        commit(waiting.slice(first, index), bytes);
        bytes = 0;
        first = index;
      }
      // The tail begins where the line's closing brace stands.
      bytes += batch.write(line, bytes) - 1;
      bytes += batch.write(tail, bytes);
    }
    commit(waiting.slice(first), bytes);
  }

  function commit(records: readonly Pending[], bytes: number): void {
    // Nothing opens no segment: an empty one would be sealed, and no receiver takes it.
    if (records.length === 0) return;
    const error = tryWrite(batch.subarray(0, bytes));
    // A place that was not taken is given to the next record, so that a failed write is no gap.
    if (error === undefined) seq += records.length;
    for (const { onWritten } of records) onWritten(error);
  }

  function tryWrite(bytes: Buffer): Error | undefined {
    try {
      write(bytes);
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  return {
    append(record, onWritten) {
      const line = JSON.stringify(record);
      if (BYTES_PER_CHARACTER_MAX * line.length > batch.length / 2)
        return onWritten(new Error(`a usage record of ${line.length} characters is too long`));
      if (pending.length === 0) setImmediate(flush);
      pending.push({ line, onWritten });
    },
    recorded: () => seq + pending.length,
    close() {
      flush();
      seal();
    },
  };
}
