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

type OpenSegment = { readonly id: string; readonly file: number; bytes: number; readonly timer: NodeJS.Timeout };

const SEGMENT_BYTES_TARGET = SEGMENT_BYTES_MAX / 2;

/** Appends usage records to segment files: `<node>.<boot>.<number>.open`, then `.sealed`. */
export function createSpool({ folder, nodeId, bootId, sealAfterMs, onSealed }: SpoolOptions): Spool {
  let seq = 0;
  let segmentNumber = 0;
  let segment: OpenSegment | undefined;
  let lines: string[] = [];
  let waiting: ((error?: Error) => void)[] = [];

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
    const [batch, callbacks] = [lines, waiting];
    lines = [];
    waiting = [];
    let error: Error | undefined;
    try {
      for (const text of joinUpTo(batch, SEGMENT_BYTES_TARGET)) write(text);
    } catch (cause) {
      error = cause as Error;
    }
    for (const onWritten of callbacks) onWritten(error);
  }

  return {
    append(record, onWritten) {
      seq += 1;
      const placed: UsageRecord = { ...record, nodeId, bootId, seq };
      if (lines.length === 0) setImmediate(flush);
      lines.push(`${JSON.stringify(placed)}\n`);
      waiting.push(onWritten);
    },
    close() {
      flush();
      seal();
    },
  };
}

/** Joins lines to texts that are no longer than the bound, unless a single line is. */
function* joinUpTo(lines: readonly string[], charactersMax: number): Generator<string> {
  let text = '';
  for (const line of lines) {
    if (text !== '' && text.length + line.length > charactersMax) {
      yield text;
      text = '';
    }
    text += line;
  }
  if (text !== '') yield text;
}
