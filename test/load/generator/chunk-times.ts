import { TIME_DIGITS, TIME_MARK } from '../upstream/answers.ts';

const MARK = Buffer.from(TIME_MARK);
const STAMP_BYTES = MARK.length + TIME_DIGITS;

/**
 * Finds the stamped chunks in a stream's bytes, which may be split anywhere; calls back with each chunk's time of
 * sending (monotonic microseconds). Holds back less than one stamp.
 */
export function createChunkTimes(onChunk: (sentAtUs: number) => void): (bytes: Buffer) => void {
  let held = Buffer.alloc(0);

  return (bytes) => {
    const all = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    let from = 0;
    for (let at = all.indexOf(MARK); at !== -1 && at + STAMP_BYTES <= all.length; at = all.indexOf(MARK, from)) {
      from = at + STAMP_BYTES;
      onChunk(Number(all.toString('latin1', at + MARK.length, from)));
    }
    held = unfinishedStamp(all, from);
  };
}

/** A copy of the end of `bytes` that may be the beginning of a stamp; usually nothing. */
function unfinishedStamp(bytes: Buffer, from: number): Buffer<ArrayBuffer> {
  const tail = Math.max(from, bytes.length - STAMP_BYTES + 1);
  for (let at = bytes.indexOf(MARK[0] ?? 0, tail); at !== -1; at = bytes.indexOf(MARK[0] ?? 0, at + 1)) {
    const end = Math.min(bytes.length, at + MARK.length);
    if (bytes.compare(MARK, 0, end - at, at, end) === 0) return Buffer.from(bytes.subarray(at));
  }
  return Buffer.alloc(0);
}
