import type { ClickHouseSettings } from '@clickhouse/client';

/**
 * Settings under which the rows of one segment are one block, so that ClickHouse's deduplication by token is exact.
 * A segment is at most 1 MiB, some thousand rows. ClickHouse cuts an insert into blocks by rows and by bytes, and
 * parallel parsing cuts the input itself; each limit is set far above a segment, so that no server's profile can cut it.
 *
 * An acknowledgement must mean 'stored', hence no `async_insert`. A segment with the clock of a broken node may touch
 * any number of months; it is stored all the same. The last setting makes materialized views that are added later
 * drop what their table drops.
 */
export function segmentInsertSettings(token: string): ClickHouseSettings {
  return {
    insert_deduplicate: 1,
    insert_deduplication_token: token,
    deduplicate_blocks_in_dependent_materialized_views: 1,
    async_insert: 0,
    input_format_parallel_parsing: 0,
    max_insert_block_size: '1048576',
    min_insert_block_size_rows: '1048576',
    min_insert_block_size_bytes: '268435456',
    max_partitions_per_insert_block: '0',
    date_time_input_format: 'basic',
  };
}

/** For the small tables whose key makes a repeated row replace itself. */
export const KEYED_INSERT_SETTINGS: ClickHouseSettings = Object.freeze({ async_insert: 0 });
