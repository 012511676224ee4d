import type { LinkBook } from './link-book.ts';

export type LinkReporter = {
  /** Something changed in the book: it is written at once, or with the next batch if one is under way. */
  wake(): void;
  /** Resolves once all that is in the book was written, or could not be. */
  stop(): Promise<void>;
};

const BEAT_MS = 5_000;

/**
 * Writes what the book says of this replica's nodes, one batch at a time: what changes while one is under way goes with
 * the next, so that a hundred acknowledgements are a few transactions. Every five seconds all of it is written again, which
 * renews the replica's sign of life, and mends what could not be written while Postgres was away.
 */
export function startLinkReporter(deps: {
  readonly book: LinkBook;
  write(batch: ReturnType<LinkBook['take']>): Promise<void>;
  onFailure(error: unknown): void;
}): LinkReporter {
  const { book, write, onFailure } = deps;
  let isWriting = false;
  let isDue = false;
  let last = Promise.resolve();
  const beat = setInterval(() => report('all'), BEAT_MS).unref();
  report('all');

  function report(what: 'changes' | 'all'): void {
    if (isWriting) {
      isDue = true;
      return;
    }
    isWriting = true;
    isDue = false;
    last = writeBatch(what).then((written) => {
      isWriting = false;
      if (written && isDue) report('changes');
    });
  }

  /** @returns false if it failed; then the next beat tries again, and not the next change, which would fail as well */
  async function writeBatch(what: 'changes' | 'all'): Promise<boolean> {
    const batch = book.take(what);
    try {
      await write(batch);
      book.written(batch);
      return true;
    } catch (error) {
      book.failed(batch);
      onFailure(error);
      return false;
    }
  }

  return {
    wake: () => report('changes'),
    async stop() {
      clearInterval(beat);
      while (isWriting) await last;
      await writeBatch('changes');
    },
  };
}
