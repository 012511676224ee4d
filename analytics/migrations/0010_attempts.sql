-- The calls to providers of a request that took several, in turn; empty for the others, of which the row itself tells.
-- Fields are named as in the contract, so that a list of objects is written and read as it is.
ALTER TABLE usage ADD COLUMN IF NOT EXISTS attempt_details Array(Tuple(
    model String,
    deployment String,
    providerName String,
    upstreamModel String,
    reason String,
    cause String,
    status UInt16,
    errorCode String,
    startedUs UInt64,
    durationUs UInt64,
    tokensInput UInt64,
    tokensOutput UInt64,
    costNanoUsd Nullable(Int64)
));
