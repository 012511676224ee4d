import { expect, test } from 'vitest';
import { formatOf, isMultiStatement, parsePlainInsert } from './statement.ts';

test.each([
  ['SELECT 1', false],
  ['SELECT 1;\n -- the end\n', false],
  ["SELECT ';', `a;b`, \"c;d\", 'it''s; \\'; x' /* ; x */ -- ; y", false],
  ['SELECT 1; SELECT 2', true],
  ["SELECT 'a'; 'b'", true],
  ["INSERT INTO t FORMAT TSV it's; data", false],
])('%j has a second statement: %s', (sql, expected) => {
  expect(isMultiStatement(sql)).toBe(expected);
});

test('an INSERT of plain names is taken apart, any other is left whole', () => {
  expect(parsePlainInsert('INSERT INTO db.t (a, b) FORMAT JSONEachRow')).toEqual({
    table: 'db.t',
    columns: ['a', 'b'],
    format: 'JSONEachRow',
  });
  expect(parsePlainInsert('insert into t\nformat CSV;')).toEqual({ table: 't', format: 'CSV' });
  for (const other of [
    'INSERT INTO `t` FORMAT CSV',
    'INSERT INTO t SETTINGS a=1 FORMAT CSV',
    'INSERT INTO t SELECT 1',
  ]) {
    expect(parsePlainInsert(other)).toBeUndefined();
  }
});

test('the format is the statement’s own, else the default', () => {
  expect(formatOf('SELECT 1 FORMAT JSONEachRow', 'TabSeparated')).toBe('JSONEachRow');
  expect(formatOf('SELECT 1 format JSON SETTINGS max_threads = 1;', 'TabSeparated')).toBe('JSON');
  expect(formatOf('SELECT format FROM t', 'TabSeparated')).toBe('TabSeparated');
});
