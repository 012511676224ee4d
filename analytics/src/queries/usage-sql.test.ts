import { usageBuckets, usageDimensions } from '@tollgate/schema';
import { describe, expect, test } from 'vitest';
import { toUsageRow, usageSql } from './usage-sql.ts';

const RANGE = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
const HOSTILE = "x') OR 1=1 --";

describe('usageSql', () => {
  test('no value of the caller stands in the text', () => {
    const { sql, params } = usageSql({
      ...RANGE,
      bucket: 'day',
      groupBy: ['key'],
      filter: { keys: [HOSTILE], organizations: [HOSTILE], endUsers: [HOSTILE], models: [HOSTILE] },
    });
    expect(sql).not.toContain('OR 1=1');
    expect(sql).not.toContain('2026');
    expect(params).toEqual({
      from: Date.UTC(2026, 0),
      to: Date.UTC(2026, 1),
      keys: [HOSTILE],
      organizations: [HOSTILE],
      endUsers: [HOSTILE],
      models: [HOSTILE],
    });
  });

  test('every bucket and dimension of the contract groups and orders', () => {
    for (const bucket of usageBuckets) {
      const { sql } = usageSql({ ...RANGE, bucket, groupBy: [...usageDimensions] });
      const aliases = ['bucketStartSeconds', ...usageDimensions.map((name) => `group_${name}`)].join(', ');
      expect(sql).toContain(`GROUP BY ${aliases} ORDER BY ${aliases}`);
    }
  });

  test('without groups there is no GROUP BY, so that the sum of nothing is zero', () => {
    expect(usageSql({ ...RANGE, groupBy: [] }).sql).not.toContain('GROUP BY');
  });

  test('a dimension given twice groups once', () => {
    expect(usageSql({ ...RANGE, groupBy: ['team', 'team'] }).sql).toContain('GROUP BY group_team ORDER BY');
  });
});

test('a row names its bucket as an instant and its dimensions as asked', () => {
  const sums = {
    requests: 1,
    failedRequests: 0,
    unpricedRequests: 0,
    tokensInput: 1,
    tokensInputCached: 0,
    tokensOutput: 1,
    tokensOutputReasoning: 0,
    costNanoUsd: '9223372036854775807',
  };
  const raw = { ...sums, bucketStartSeconds: 1_767_225_600, group_team: 'search' };
  expect(toUsageRow(raw, ['team'])).toEqual({
    ...sums,
    bucketStart: '2026-01-01T00:00:00.000Z',
    dimensions: { team: 'search' },
  });
  expect(toUsageRow(sums, [])).toEqual({ ...sums, bucketStart: null, dimensions: {} });
});
