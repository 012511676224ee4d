import type { ClickHouseClient } from '@clickhouse/client';
import type { SqlPart } from '../queries/filter-sql.ts';
import { instantParam } from '../queries/filter-sql.ts';
import { runQuery } from '../queries/run-query.ts';
import type { BootGaps, GapsAnswer, GapsQuery } from './gaps-contract.ts';

/** The bounds of an answer. */
const BOOTS_MAX = 200;
const RANGES_MAX = 10_000;

export type BootCount = {
  readonly nodeId: string;
  readonly bootId: string;
  readonly highestSeq: number;
  readonly rows: number;
  readonly distinct: number;
};

export type GapRange = {
  readonly nodeId: string;
  readonly bootId: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
};

/**
 * Proves from the stored rows that no record is missing and none doubled: a node numbers the records of one run from 1
 * without a gap. Each run with a request that started in [from, to) is checked from 1 to the highest seq it has there.
 * Rows of any time count as present, since records are numbered when a request ends, not when it starts.
 *
 * A segment that is still on its way shows as missing, so let `to` lie some minutes back.
 */
export async function findGaps(client: ClickHouseClient, query: GapsQuery): Promise<GapsAnswer> {
  const counts = await runQuery<BootCount>(client, bootCountsSql(query));
  const odd = counts.filter(({ highestSeq, rows, distinct }) => distinct < highestSeq || rows > distinct);
  const listed = odd.slice(0, BOOTS_MAX);
  const ranges = listed.length > 0 ? await runQuery<GapRange>(client, gapRangesSql(listed)) : [];
  return {
    bootsChecked: counts.length,
    recordsChecked: counts.reduce((total, { rows }) => total + rows, 0),
    boots: listed.map((count) => toBootGaps(count, ranges)),
    truncated: odd.length > BOOTS_MAX || ranges.length > RANGES_MAX,
  };
}

export function toBootGaps(
  { nodeId, bootId, highestSeq, rows, distinct }: BootCount,
  ranges: readonly GapRange[],
): BootGaps {
  return {
    nodeId,
    bootId,
    highestSeq,
    missing: highestSeq - distinct,
    repeated: rows - distinct,
    ranges: ranges
      .slice(0, RANGES_MAX)
      .filter((range) => range.nodeId === nodeId && range.bootId === bootId)
      .map(({ firstSeq, lastSeq }) => ({ firstSeq, lastSeq })),
  };
}

/** A bitmap of a run without gaps is a few bytes, so that looking at all is cheap and only odd runs are sorted. */
function bootCountsSql({ from, to }: GapsQuery): SqlPart {
  const inTime = `started_at >= ${instantParam('from')} AND started_at < ${instantParam('to')}`;
  return {
    sql: `
      WITH highest AS (
        SELECT node_id, boot_id, max(seq) AS highest_seq FROM usage WHERE ${inTime} GROUP BY node_id, boot_id
      )
      SELECT node_id AS nodeId, boot_id AS bootId, any(highest_seq) AS highestSeq,
        count() AS rows, groupBitmap(seq) AS distinct
      FROM usage INNER JOIN highest USING (node_id, boot_id)
      WHERE seq <= highest_seq
      GROUP BY node_id, boot_id
      ORDER BY node_id, boot_id`,
    params: { from: Date.parse(from), to: Date.parse(to) },
  };
}

function gapRangesSql(boots: readonly BootCount[]): SqlPart {
  return {
    sql: `
      WITH odd AS (
        SELECT tupleElement(boot, 1) AS node_id, tupleElement(boot, 2) AS boot_id, tupleElement(boot, 3) AS highest_seq
        FROM (SELECT arrayJoin(arrayZip({nodes:Array(String)}, {boots:Array(String)}, {seqs:Array(UInt64)})) AS boot)
      )
      SELECT node_id AS nodeId, boot_id AS bootId, previous + 1 AS firstSeq, seq - 1 AS lastSeq
      FROM (
        SELECT node_id, boot_id, seq,
          lagInFrame(seq, 1, toUInt64(0)) OVER (PARTITION BY node_id, boot_id ORDER BY seq
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS previous
        FROM usage INNER JOIN odd USING (node_id, boot_id)
        WHERE seq <= highest_seq
      )
      WHERE seq > previous + 1
      ORDER BY nodeId, bootId, firstSeq
      LIMIT ${RANGES_MAX + 1}`,
    params: {
      nodes: boots.map(({ nodeId }) => nodeId),
      boots: boots.map(({ bootId }) => bootId),
      seqs: boots.map(({ highestSeq }) => highestSeq),
    },
  };
}
