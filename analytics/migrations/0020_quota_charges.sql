-- What a request was charged of each quota that counted it: three arrays side by side, as the parts of a `Nested` are. The slot is null
-- if the node had no lease to charge. Rows of before have empty arrays.
-- All records of one run are looked for when it is settled what a dead node spent.
ALTER TABLE usage
    ADD COLUMN IF NOT EXISTS charge_quotas Array(String) CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS charge_slots Array(Nullable(Int64)) CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS charge_amounts Array(UInt64) CODEC(ZSTD),
    ADD INDEX IF NOT EXISTS boot_id_bloom boot_id TYPE bloom_filter(0.001) GRANULARITY 1;
