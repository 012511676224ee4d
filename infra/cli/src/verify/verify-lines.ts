import { createExportVerifier, type ExportVerdict, type KnownHash } from '@tollgate/schema';

/** Verifies an export as it comes, so that none is too long; `onProgress` hears of every ten thousandth line. */
export async function verifyExport(
  chunks: AsyncIterable<Uint8Array>,
  known: readonly KnownHash[],
  onProgress: (lines: number) => void,
): Promise<ExportVerdict> {
  const verifier = createExportVerifier(known);
  let lines = 0;
  for await (const line of splitLines(chunks)) {
    verifier.push(line);
    lines += 1;
    if (lines % PROGRESS_LINES === 0) onProgress(lines);
  }
  return verifier.verdict();
}

const PROGRESS_LINES = 10_000;

/** The lines of a text; holds one line at a time. A line end at the very end begins no line. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
