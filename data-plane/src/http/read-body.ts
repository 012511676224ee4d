import type { HttpResponse } from 'uWebSockets.js';
import type { BodyBudget } from './body-budget.ts';

export type BodyResult =
  | { readonly ok: true; readonly body: Buffer }
  | { readonly ok: false; readonly reason: 'too_large' | 'no_memory' };

/**
 * Collects a request's body. `done` is called once, also when the body outgrows the bound of one request or the budget of
 * all; what comes after that is read and dropped. Returns a function that gives the body's bytes back to the budget.
 */
export function readBody(
  res: HttpResponse,
  bytesMax: number,
  budget: BodyBudget,
  done: (result: BodyResult) => void,
): () => void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isOver = false;

  function finish(result: BodyResult): void {
    isOver = true;
    done(result);
  }

  res.onData((arrayBuffer, isLast) => {
    if (isOver) return;
    const size = arrayBuffer.byteLength;
    if (bytes + size > bytesMax) return finish({ ok: false, reason: 'too_large' });
    if (!budget.reserve(size)) return finish({ ok: false, reason: 'no_memory' });
    bytes += size;
    // The memory behind the chunk is only lent for this call.
    chunks.push(Buffer.from(Buffer.from(arrayBuffer)));
    if (isLast)
      finish({ ok: true, body: chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks, bytes) });
  });

  return () => {
    isOver = true;
    budget.release(bytes);
    bytes = 0;
  };
}
