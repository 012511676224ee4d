import { describe, expect, test } from 'vitest';
import { recordOf, recordsOf, segmentOf } from '../test-support/records.ts';
import { parseSegment, REJECTED_TEXT_MAX } from './parse-segment.ts';

const parseLines = (...lines: string[]) => parseSegment(segmentOf('n.b.1', [], lines).body);

describe('parseSegment', () => {
  test('every line is a record or a rejected line with its number', () => {
    const [first, second] = recordsOf(1, 2);
    const parsed = parseLines(JSON.stringify(first), '{"id": 7}', JSON.stringify(second), 'rubbish');
    expect(parsed.records).toEqual([first, second]);
    expect(parsed.rejected.map(({ line }) => line)).toEqual([2, 4]);
    expect(parsed.rejected[0]?.reason).toContain('id: ');
    expect(parsed.rejected[1]).toEqual({ line: 4, reason: 'not JSON', text: 'rubbish' });
  });

  test('a line that an earlier version spooled is a record, without what that version did not know', () => {
    const { version, organizationName, projectName, userName, customerName, endUser, ...earlier } = recordOf(1);
    const { records, rejected } = parseLines(JSON.stringify(earlier));
    expect(rejected).toEqual([]);
    const unknown = { organizationName: '', projectName: '', userName: '', customerName: '', endUser: '' };
    expect(records).toEqual([{ ...earlier, version: 1, ...unknown }]);
  });

  test('blank lines and a missing last newline are harmless', () => {
    const body = Buffer.from(`\n${JSON.stringify(recordOf(1))}\r\n\n${JSON.stringify(recordOf(2))}`);
    expect(parseSegment(body).records).toHaveLength(2);
    expect(parseSegment(body).rejected).toEqual([]);
    expect(parseSegment(Buffer.alloc(0))).toEqual({ records: [], rejected: [] });
  });

  test('a record of before, which does not say what it was charged, is a record', () => {
    const { charges: _, ...old } = recordOf(1);
    const { records, rejected } = parseSegment(Buffer.from(JSON.stringify(old)));
    expect(rejected).toEqual([]);
    expect(records).toEqual([recordOf(1)]);
  });

  test('an unknown field is rejected, not dropped', () => {
    const { rejected } = parseLines(JSON.stringify({ ...recordOf(1), surprise: 1 }));
    expect(rejected[0]?.reason).toContain('surprise');
  });

  test('an id that comes twice in a segment counts once and the other is kept as rejected', () => {
    const parsed = parseLines(JSON.stringify(recordOf(1)), JSON.stringify(recordOf(1)));
    expect(parsed.records).toHaveLength(1);
    expect(parsed.rejected).toMatchObject([{ line: 2, reason: 'the segment has this id already' }]);
  });

  test.each([
    ['an id with a blank', { id: 'req 1' }, 'id: '],
    ['an id without end', { id: 'r'.repeat(101) }, 'id: '],
    ['an instant that ClickHouse cannot hold', { startedAtMs: Date.UTC(2300, 0) }, 'startedAtMs: '],
    ['a count that is not exact', { tokensInput: 2 ** 53 }, 'tokensInput: '],
    ['a negative cost in dollars', { costNanoUsd: 0.5 }, 'costNanoUsd: '],
  ])('%s is rejected with its field', (_name, changes, reason) => {
    const { records, rejected } = parseLines(JSON.stringify(recordOf(1, changes)));
    expect(records).toEqual([]);
    expect(rejected[0]?.reason).toContain(reason);
  });

  test('names of Object.prototype do no harm', () => {
    const line = JSON.stringify(recordOf(1)).replace('{', '{"__proto__":{"id":"x"},');
    expect(parseLines(line).rejected).toHaveLength(1);
    expect(parseLines('{"__proto__":1}', '[]', 'null', '"x"').rejected).toHaveLength(4);
  });

  test('what is kept of a rejected line is bounded', () => {
    const { rejected } = parseLines('x'.repeat(100_000));
    expect(rejected[0]?.text).toHaveLength(REJECTED_TEXT_MAX);
  });
});
