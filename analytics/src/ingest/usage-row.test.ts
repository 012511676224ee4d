import { usageRecord } from '@tollgate/schema';
import { expect, test } from 'vitest';
import { recordOf } from '../test-support/records.ts';
import { USAGE_COLUMNS } from '../usage-columns.ts';
import { toUsageRow } from './usage-row.ts';

test('every field of the contract has a column, and the row names its segment', () => {
  expect(Object.keys(USAGE_COLUMNS)).toEqual(Object.keys(usageRecord.shape).filter((field) => field !== 'charges'));
  expect(Object.keys(toUsageRow(recordOf(1), 'n.b.1'))).toEqual([
    ...Object.values(USAGE_COLUMNS),
    ...['charge_quotas', 'charge_slots', 'charge_amounts', 'segment_id'],
  ]);
});

test('what a record leaves out, as earlier versions did, is left to the default of its column', () => {
  const row: unknown = JSON.parse(JSON.stringify(toUsageRow(recordOf(1), 'n.b.1')));
  for (const column of ['attempt_details', 'served_model', 'choices', 'uncharged_quotas', 'mirror_of'])
    expect(row).not.toHaveProperty(column);
});

test('the start is written in UTC to the millisecond', () => {
  expect(toUsageRow(recordOf(1, { startedAtMs: Date.UTC(2026, 1, 3, 4, 5, 6, 7) }), 'n.b.1')).toMatchObject({
    started_at: '2026-02-03 04:05:06.007',
    segment_id: 'n.b.1',
  });
});

test('half a surrogate pair, which ClickHouse would refuse, is replaced, and whole pairs stay', () => {
  const row = toUsageRow(recordOf(1, { keyName: 'a\ud800b 🚀', tags: ['\udc00'] }), 'n.b.1');
  expect(row).toMatchObject({ key_name: 'a\u{fffd}b 🚀', tags: ['\u{fffd}'] });
});

test('charges stand side by side in three columns', () => {
  const charges = [
    { quota: 'q', slot: 5, amount: 1 },
    { quota: 'r', slot: null, amount: 2 },
  ];
  expect(toUsageRow(recordOf(1, { charges }), 'n.b.1')).toMatchObject({
    charge_quotas: ['q', 'r'],
    charge_slots: [5, null],
    charge_amounts: [1, 2],
  });
});
