/** The largest whole answer that is taken from a provider. */
const ANSWER_BYTES_MAX = 32 * 1_048_576;

/** Collects a bounded answer, of chunks that are only lent. `add` returns false, and keeps nothing more, once the bound is passed. */
export function answerBuffer() {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    add(chunk: Buffer): boolean {
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES_MAX) return false;
      chunks.push(Buffer.from(chunk));
      return true;
    },
    take(): Buffer {
      return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes);
    },
  };
}
