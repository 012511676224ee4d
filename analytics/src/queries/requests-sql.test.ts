import { expect, test } from 'vitest';
import { requestsSql } from './requests-sql.ts';

test('one row more than asked for tells whether more follow', () => {
  expect(requestsSql({ limit: 50 }, undefined).params).toEqual({ rows: 51 });
});

test('a page goes on strictly after its cursor, by values that stand outside the text', () => {
  const { sql, params } = requestsSql(
    { limit: 1, filter: { causes: ["'; DROP TABLE usage"], ids: [] } },
    { startedAtMs: 5, id: "req_'" },
  );
  expect(sql).toContain('(started_at, id) < ');
  expect(sql).not.toContain('DROP');
  expect(sql).not.toContain("req_'");
  expect(params).toEqual({ causes: ["'; DROP TABLE usage"], ids: [], afterMs: 5, afterId: "req_'", rows: 2 });
});
