-- What the choice of the deployment of each attempt rested on; empty where there was one candidate and none was passed over, and in rows of
-- before. The model that a public name stood for, if it has another name. The quotas that counted a request without a charge.
-- Fields are named as in the contract, so that a list of objects is written and read as it is.
ALTER TABLE usage
    ADD COLUMN IF NOT EXISTS served_model LowCardinality(String),
    ADD COLUMN IF NOT EXISTS choices Array(Tuple(
        attempt UInt16,
        model String,
        by String,
        candidates Array(Tuple(deployment String, figure Nullable(Float64))),
        passedOver Array(Tuple(model String, deployment String, reason String, forMs Nullable(UInt64))),
        omitted UInt32
    )) CODEC(ZSTD),
    ADD COLUMN IF NOT EXISTS uncharged_quotas Array(String) CODEC(ZSTD);
