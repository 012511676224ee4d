-- One row per admitted request. The order serves both queries: a time range, and the newest rows first.
-- Counts are UInt64 because the contract bounds them by 2^53 only, and ClickHouse wraps a number that does not fit.
-- The deduplication window makes a repeated insert of one segment harmless; fsync makes an acknowledgement outlive a
-- power cut, because the sender deletes its copy once it has one.
CREATE TABLE IF NOT EXISTS usage
(
    id String,
    node_id LowCardinality(String),
    boot_id LowCardinality(String),
    seq UInt64 CODEC(Delta, ZSTD),
    revision UInt64 CODEC(Delta, ZSTD),
    started_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    endpoint LowCardinality(String),
    stream Bool,
    key_name LowCardinality(String),
    team_name LowCardinality(String),
    model LowCardinality(String),
    deployment LowCardinality(String),
    provider_name LowCardinality(String),
    provider_type LowCardinality(String),
    upstream_model LowCardinality(String),
    tags Array(LowCardinality(String)),
    cause LowCardinality(String),
    status UInt16,
    error_code LowCardinality(String),
    attempts UInt64 CODEC(T64, ZSTD),
    tokens_input UInt64 CODEC(T64, ZSTD),
    tokens_input_cached UInt64 CODEC(T64, ZSTD),
    tokens_input_cache_write UInt64 CODEC(T64, ZSTD),
    tokens_input_cache_write_1h UInt64 CODEC(T64, ZSTD),
    tokens_input_audio UInt64 CODEC(T64, ZSTD),
    tokens_output UInt64 CODEC(T64, ZSTD),
    tokens_output_reasoning UInt64 CODEC(T64, ZSTD),
    tokens_output_audio UInt64 CODEC(T64, ZSTD),
    usage_source LowCardinality(String),
    cost_nano_usd Nullable(Int64),
    price_source LowCardinality(String),
    time_to_first_token_us Nullable(UInt64),
    total_us UInt64 CODEC(T64, ZSTD),
    overhead_us UInt64 CODEC(T64, ZSTD),
    segment_id String CODEC(ZSTD),
    INDEX id_bloom id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX segment_id_bloom segment_id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(started_at)
ORDER BY (started_at, id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- The ledger of segments. A row here is written last, so it proves that all of the segment is stored.
CREATE TABLE IF NOT EXISTS usage_segment
(
    segment_id String,
    node_id LowCardinality(String),
    boot_id LowCardinality(String),
    first_seq UInt64,
    last_seq UInt64,
    records UInt64,
    rejected UInt64,
    ingested_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY segment_id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- What could not be understood, kept for a person to look at; the key makes a repeat replace itself (read it with FINAL).
CREATE TABLE IF NOT EXISTS usage_rejected
(
    segment_id String,
    line UInt32,
    reason String,
    text String,
    rejected_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (segment_id, line)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
