import { describe, expect, test } from 'vitest';
import type { BusMessage } from './bus-message.ts';
import { type BatchControl, ingestBatch, nextOffset } from './ingest-batch.ts';
import type { IngestMessage } from './ingest-message.ts';

const messageAt = (offset: string): BusMessage => ({
  topic: 't',
  partition: 0,
  offset,
  segmentId: `n.b.${offset}`,
  value: Buffer.from('x'),
});
const MESSAGES = ['4', '5', '9', '10'].map(messageAt);

/** Runs a batch and gives what was ingested and committed, in order. */
async function run(ingest: IngestMessage, changes: Partial<BatchControl> = {}) {
  const committed: string[] = [];
  const control: BatchControl = {
    stopping: new AbortController().signal,
    isStale: () => false,
    heartbeat: async () => {},
    commit: async (offset) => void committed.push(offset),
    heartbeatEveryMs: 60_000,
    ...changes,
  };
  const outcome = await ingestBatch(MESSAGES, ingest, control).then(
    () => 'ended' as const,
    (error: Error) => error.message,
  );
  return { committed, outcome };
}

describe('ingestBatch', () => {
  test('each message is committed after it was ingested, as the offset that follows', async () => {
    const order: string[] = [];
    await run(async ({ offset }) => void order.push(`ingested ${offset}`), {
      commit: async (offset) => void order.push(`committed ${offset}`),
    });
    expect(order).toEqual([
      ...['ingested 4', 'committed 5', 'ingested 5', 'committed 6'],
      ...['ingested 9', 'committed 10', 'ingested 10', 'committed 11'],
    ]);
  });

  test('nothing is committed at or past a message that was given up', async () => {
    const { committed, outcome } = await run(async ({ offset }) => {
      if (offset === '9') throw new Error('stopping');
    });
    expect(committed).toEqual(['5', '6']);
    expect(outcome).toBe('ended');
  });

  test('after a failed commit no later message is touched', async () => {
    const ingested: string[] = [];
    const { outcome } = await run(async ({ offset }) => void ingested.push(offset), {
      commit: async () => {
        throw new Error('the broker is away');
      },
    });
    expect(ingested).toEqual(['4']);
    expect(outcome).toBe('the broker is away');
  });

  test('the rest of a batch is left alone once the partition is lost', async () => {
    const ingested: string[] = [];
    await run(async ({ offset }) => void ingested.push(offset), { isStale: () => ingested.length === 2 });
    expect(ingested).toEqual(['4', '5']);
  });

  test('the group is told that we live while a message waits, and the wait ends when the group has gone on', async () => {
    let beats = 0;
    let gaveUp = false;
    const waitForEver: IngestMessage = (_message, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          gaveUp = true;
          reject(new Error('given up'));
        });
      });
    const { committed, outcome } = await run(waitForEver, {
      heartbeatEveryMs: 1,
      heartbeat: async () => {
        beats += 1;
        if (beats === 3) throw new Error('the group is rebalancing');
      },
    });
    expect({ committed, outcome, gaveUp }).toEqual({
      committed: [],
      outcome: 'the group is rebalancing',
      gaveUp: true,
    });
  });
});

test('offsets beyond what a number holds exactly are counted right', () => {
  expect(nextOffset('9007199254740993')).toBe('9007199254740994');
});
