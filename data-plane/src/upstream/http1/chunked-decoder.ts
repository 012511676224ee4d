/** Takes the chunked transfer coding off a body (RFC 9112, section 7.1), cut anywhere. Extensions and trailers are passed over. */
export type ChunkedDecoder = { push(bytes: Buffer): 'going_on' | 'ended' | 'broken' };

const LF = 0x0a;
const LINE_BYTES_MAX = 8_192;
const TRAILER_BYTES_MAX = 65_536;
const SIZE_LINE = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i;

export function createChunkedDecoder(onData: (chunk: Buffer) => void): ChunkedDecoder {
  let step: 'size' | 'data' | 'data_end' | 'trailer' | 'ended' | 'broken' = 'size';
  let remaining = 0;
  let trailerBytes = 0;
  let line = '';

  /** Takes bytes up to the end of a line; returns how many, and leaves a whole line's text in `line`. */
  function readLine(bytes: Buffer, from: number): { readonly next: number; readonly isWhole: boolean } {
    const end = bytes.indexOf(LF, from);
    line += bytes.toString('latin1', from, end === -1 ? bytes.length : end);
    if (line.length > LINE_BYTES_MAX) step = 'broken';
    return { next: end === -1 ? bytes.length : end + 1, isWhole: end !== -1 };
  }

  function takeLine(): void {
    const text = line.endsWith('\r') ? line.slice(0, -1) : undefined;
    line = '';
    if (text === undefined) step = 'broken';
    else if (step === 'size') takeSize(text);
    else if (step === 'data_end') step = text === '' ? 'size' : 'broken';
    else takeTrailer(text);
  }

  function takeSize(text: string): void {
    const size = SIZE_LINE.exec(text)?.[1];
    if (size === undefined) step = 'broken';
    else {
      remaining = Number.parseInt(size, 16);
      step = remaining === 0 ? 'trailer' : 'data';
    }
  }

  function takeTrailer(text: string): void {
    trailerBytes += text.length;
    if (text === '') step = 'ended';
    else if (trailerBytes > TRAILER_BYTES_MAX) step = 'broken';
  }

  return {
    push(bytes) {
      let at = 0;
      while (at < bytes.length && step !== 'ended' && step !== 'broken') {
        if (step === 'data') {
          const end = Math.min(bytes.length, at + remaining);
          onData(bytes.subarray(at, end));
          remaining -= end - at;
          at = end;
          if (remaining === 0) step = 'data_end';
        } else {
          const { next, isWhole } = readLine(bytes, at);
          at = next;
          if (isWhole) takeLine();
        }
      }
      if (step === 'ended') return at === bytes.length ? 'ended' : 'broken';
      return step === 'broken' ? 'broken' : 'going_on';
    },
  };
}
