import { setTimeout as sleep } from 'node:timers/promises';
import type { BusMessage } from './bus-message.ts';
import type { IngestMessage } from './ingest-message.ts';

export type BatchControl = {
  /** Aborted when the consumer stops. */
  readonly stopping: AbortSignal;
  /** Whether the partition was taken away or the consumer moved, so that the rest is no longer ours. */
  readonly isStale: () => boolean;
  /** Tells the broker that we live; rejects if the group has gone on without us. */
  readonly heartbeat: () => Promise<void>;
  /** Commits that all before `nextOffset` is safe. */
  readonly commit: (nextOffset: string) => Promise<void>;
  readonly heartbeatEveryMs: number;
};

/**
 * Ingests the messages of one partition in order and commits after each, so that what is committed is always the
 * contiguous prefix of what ClickHouse has acknowledged: an offset is never committed past an unfinished message.
 *
 * Per message: 1. ingest, 2. commit. A crash between the two reads the message again, which the ledger drops.
 * @throws what `heartbeat` or `commit` throws; nothing past the last whole message is committed then.
 */
export async function ingestBatch(messages: readonly BusMessage[], ingest: IngestMessage, control: BatchControl) {
  for (const message of messages) {
    if (control.stopping.aborted || control.isStale()) return;
    if (!(await ingestAlive(message, ingest, control))) return;
    await control.commit(nextOffset(message.offset));
    await control.heartbeat();
  }
}

export function nextOffset(offset: string): string {
  return (BigInt(offset) + 1n).toString();
}

/** Ingests one message with a heartbeat now and then. @returns false if it was given up because we stop. */
async function ingestAlive(message: BusMessage, ingest: IngestMessage, control: BatchControl): Promise<boolean> {
  const abandoned = new AbortController();
  const finished = new AbortController();
  const signal = AbortSignal.any([control.stopping, abandoned.signal]);
  const outcome = ingest(message, signal).then(
    () => true,
    () => false,
  );
  try {
    for (;;) {
      const tick = sleep(control.heartbeatEveryMs, 'tick' as const, { signal: finished.signal }).catch(
        () => 'tick' as const,
      );
      const first = await Promise.race([outcome, tick]);
      if (first !== 'tick') return first;
      await control.heartbeat();
    }
  } finally {
    finished.abort();
    abandoned.abort();
  }
}
