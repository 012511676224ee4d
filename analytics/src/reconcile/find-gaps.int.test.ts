import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSegmentStore } from '../ingest/segment-store.ts';
import { recordOf, recordsOf, STARTED_AT_MS } from '../test-support/records.ts';
import { startTestClickHouse, type TestClickHouse, type TestDatabase } from '../test-support/test-clickhouse.ts';
import { findGaps } from './find-gaps.ts';

const TIMEOUT_MS = 60_000;
const signal = new AbortController().signal;
const DAY = { from: '2026-01-15T00:00:00Z', to: '2026-01-16T00:00:00Z' };

describe('the gap detector in the real engine', { timeout: TIMEOUT_MS }, () => {
  let clickHouse: TestClickHouse;
  let database: TestDatabase;
  beforeAll(async () => {
    clickHouse = await startTestClickHouse();
    database = await clickHouse.createTestDatabase();
    await createSegmentStore(database.client).insertRecords(
      'node-1.whole.1',
      [
        ...recordsOf(1, 50, { bootId: 'whole' }),
        ...recordsOf(2, 9, { bootId: 'holes' }),
        ...recordsOf(12, 20, { bootId: 'holes' }),
        recordOf(30, { bootId: 'holes' }),
        ...recordsOf(1, 3, { bootId: 'doubled' }),
        recordOf(3, { bootId: 'doubled', id: 'req_another' }),
        // Numbers follow the ends of requests, so an earlier number may belong to a request that started later.
        recordOf(1, { bootId: 'crossed', startedAtMs: STARTED_AT_MS + 86_400_000 }),
        recordOf(2, { bootId: 'crossed' }),
        recordOf(9, { bootId: 'crossed', startedAtMs: STARTED_AT_MS + 86_400_000 }),
        recordOf(5, { bootId: 'elsewhen', startedAtMs: STARTED_AT_MS + 10 * 86_400_000 }),
      ],
      signal,
    );
  }, TIMEOUT_MS);
  afterAll(() => clickHouse.stop(), TIMEOUT_MS);

  test('each missing number is told, also the first, and each doubled one; whole runs are not', async () => {
    expect(await findGaps(database.client, DAY)).toEqual({
      bootsChecked: 4,
      recordsChecked: 50 + 18 + 4 + 2,
      truncated: false,
      boots: [
        { nodeId: 'node-1', bootId: 'doubled', highestSeq: 3, missing: 0, repeated: 1, ranges: [] },
        {
          nodeId: 'node-1',
          bootId: 'holes',
          highestSeq: 30,
          missing: 12,
          repeated: 0,
          ranges: [
            { firstSeq: 1, lastSeq: 1 },
            { firstSeq: 10, lastSeq: 11 },
            { firstSeq: 21, lastSeq: 29 },
          ],
        },
      ],
    });
  });

  test('a time without requests has nothing to check', async () => {
    const nothing = { bootsChecked: 0, recordsChecked: 0, boots: [], truncated: false };
    expect(await findGaps(database.client, { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' })).toEqual(
      nothing,
    );
  });
});
