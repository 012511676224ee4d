import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { createMetrics } from '../metrics.ts';
import { recordsOf, segmentOf } from '../test-support/records.ts';
import { createIngestSegment } from './ingest-segment.ts';
import type { LedgerRow, SegmentStore } from './segment-store.ts';

const signal = new AbortController().signal;
const segment = segmentOf('node-1.boot-1.1', recordsOf(1, 3), ['rubbish']);

/** A store in memory without any deduplication of its own; `failAt` counts calls and fails before or after one. */
function createMemoryStore(failAt: { call: number; when: 'before' | 'after' }) {
  const rows: string[] = [];
  const ledger: LedgerRow[] = [];
  const rejected = new Map<string, string>();
  let call = 0;
  const step = async <Result>(effect: () => Result): Promise<Result> => {
    call += 1;
    if (call === failAt.call && failAt.when === 'before') throw new Error('crash before');
    const result = effect();
    if (call === failAt.call && failAt.when === 'after') throw new Error('crash after');
    return result;
  };
  const store: SegmentStore = {
    isInLedger: (id) => step(() => ledger.some(({ segment_id }) => segment_id === id)),
    findStoredIds: () => step(() => new Set(rows)),
    insertRecords: (_id, records) => step(() => void rows.push(...records.map(({ id }) => id))),
    insertRejected: (id, lines) =>
      step(() => lines.forEach(({ line, text }) => void rejected.set(`${id}/${line}`, text))),
    insertLedgerRow: (row) => step(() => void ledger.push(row)),
  };
  return { store, rows, ledger, rejected };
}

const ingestInto = (store: SegmentStore) =>
  createIngestSegment({ store, metrics: createMetrics(), log: pino({ level: 'silent' }) });

describe('ingestSegment', () => {
  const crashes = [1, 2, 3, 4, 5].flatMap((call) => [
    { call, when: 'before' as const },
    { call, when: 'after' as const },
  ]);

  test.each(crashes)(
    'a crash $when step $call loses nothing and doubles nothing, even without a token',
    async (crash) => {
      const memory = createMemoryStore(crash);
      const ingest = ingestInto(memory.store);
      await expect(ingest(segment, signal)).rejects.toThrow('crash');
      await ingest(segment, signal);
      await ingest(segment, signal);
      expect(memory.rows.toSorted()).toEqual(recordsOf(1, 3).map(({ id }) => id));
      expect([...memory.rejected]).toEqual([['node-1.boot-1.1/4', 'rubbish']]);
      expect(memory.ledger).toHaveLength(1);
    },
  );

  test('the ledger says whose the records are, which, and how many', async () => {
    const memory = createMemoryStore({ call: 0, when: 'before' });
    const ingest = ingestInto(memory.store);
    expect(await ingest(segment, signal)).toEqual({ type: 'ingested', records: 3, rejected: 1 });
    expect(await ingest(segment, signal)).toEqual({ type: 'repeated' });
    expect(memory.ledger).toEqual([
      {
        segment_id: 'node-1.boot-1.1',
        node_id: 'node-1',
        boot_id: 'boot-1',
        first_seq: 1,
        last_seq: 3,
        records: 3,
        rejected: 1,
      },
    ]);
  });

  test('a segment without a single record is still acknowledged once its lines are kept', async () => {
    const memory = createMemoryStore({ call: 0, when: 'before' });
    await ingestInto(memory.store)(segmentOf('n.b.2', [], ['rubbish']), signal);
    expect(memory.rows).toEqual([]);
    expect(memory.ledger).toMatchObject([{ records: 0, rejected: 1, first_seq: 0, last_seq: 0 }]);
  });
});
