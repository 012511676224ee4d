const LF = 0x0a;
const CR = 0x0d;
const EMPTY = Buffer.alloc(0);
const SMALLEST_CAPACITY = 1024;

/** Whole frames, in order; `isTooLarge` once one frame has passed the bound, after which nothing more comes. */
export type Framing = { readonly frames: readonly Buffer[]; readonly isTooLarge: boolean };

export type SseFramer = {
  /** Takes the next bytes, cut anywhere, and returns the frames that they complete. */
  push(chunk: Buffer): Framing;
  /** The bytes after the last whole frame; a last line end CR is still here, as an LF could belong to it. */
  rest(): Buffer;
  /** Whether the stream stands exactly between two frames. */
  isBetweenFrames(): boolean;
};

/**
 * Cuts a stream of server-sent events into raw frames: the bytes of an event up to and including its blank line.
 * Lines end in LF, CRLF or CR (WHATWG HTML, "Server-sent events"). The frames and the rest joined are the stream.
 * A frame within one chunk is a view of that chunk; else it is copied once. At most `frameBytesMax` bytes are held
 * (twice that is allocated while they grow).
 */
export function createSseFramer({ frameBytesMax }: { readonly frameBytesMax: number }): SseFramer {
  let held = EMPTY;
  let heldBytes = 0;
  let isLineEmpty = true;
  let isAfterCr = false;
  let isTooLarge = false;

  function hold(bytes: Buffer): void {
    const needed = heldBytes + bytes.length;
    if (needed > held.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, held.length * 2, SMALLEST_CAPACITY));
      held.copy(grown, 0, 0, heldBytes);
      held = grown;
    }
    bytes.copy(held, heldBytes);
    heldBytes = needed;
  }

  function release(bytes: Buffer): Buffer {
    if (heldBytes === 0) return bytes;
    hold(bytes);
    const frame = held.subarray(0, heldBytes);
    held = EMPTY;
    heldBytes = 0;
    return frame;
  }

  /** Where the first frame that ends in `chunk` ends, or -1; `from` is where the search goes on, `cr` the next CR. */
  function findFrameEnd(chunk: Buffer, from: number, cr: number): number {
    let position = from;
    let nextCr = cr;
    while (position < chunk.length) {
      if (nextCr !== -1 && nextCr < position) nextCr = chunk.indexOf(CR, position);
      const nextLf = chunk[position] === LF ? position : chunk.indexOf(LF, position);
      const isCr = nextCr !== -1 && (nextLf === -1 || nextCr < nextLf);
      const lineEnd = isCr ? nextCr : nextLf;
      if (lineEnd === -1) {
        isLineEmpty = false;
        return -1;
      }
      if (lineEnd > position) isLineEmpty = false;
      if (isCr && lineEnd + 1 === chunk.length) {
        isAfterCr = true;
        return -1;
      }
      position = lineEnd + (isCr && chunk[lineEnd + 1] === LF ? 2 : 1);
      if (isLineEmpty) return position;
      isLineEmpty = true;
    }
    return -1;
  }

  /** Decides on a CR that ended the last chunk; returns how many bytes of this one belong to its line end. */
  function finishHeldCr(chunk: Buffer, frames: Buffer[]): number {
    isAfterCr = false;
    const taken = chunk[0] === LF ? 1 : 0;
    if (!isLineEmpty) {
      isLineEmpty = true;
      if (taken === 1) hold(chunk.subarray(0, 1));
    } else {
      addFrame(release(chunk.subarray(0, taken)), frames);
    }
    return taken;
  }

  function addFrame(frame: Buffer, frames: Buffer[]): void {
    if (frame.length > frameBytesMax) isTooLarge = true;
    if (!isTooLarge) frames.push(frame);
  }

  return {
    push(chunk) {
      const frames: Buffer[] = [];
      if (chunk.length === 0 || isTooLarge) return { frames, isTooLarge };
      let start = isAfterCr ? finishHeldCr(chunk, frames) : 0;
      const cr = chunk.indexOf(CR, start);
      for (let end = findFrameEnd(chunk, start, cr); end !== -1; end = findFrameEnd(chunk, start, cr)) {
        addFrame(release(chunk.subarray(start, end)), frames);
        start = end;
      }
      if (heldBytes + chunk.length - start > frameBytesMax) isTooLarge = true;
      else if (start < chunk.length) hold(chunk.subarray(start));
      return { frames, isTooLarge };
    },
    rest: () => held.subarray(0, heldBytes),
    isBetweenFrames: () => heldBytes === 0 && !isTooLarge,
  };
}
