-- What a request was charged of each quota that counted it: three arrays side by side, as the parts of a `Nested` are. The slot is null
-- if the node had no lease to charge. Rows of before have empty arrays.
ALTER TABLE usage
    ADD COLUMN IF NOT EXISTS charge_quotas Array(String) CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS charge_slots Array(Nullable(Int64)) CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS charge_amounts Array(UInt64) CODEC(ZSTD);
