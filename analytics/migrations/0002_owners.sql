-- To whom the key of a request belonged, and whom the request itself named as its user. Rows that were there before say nothing of
-- it: they are of version 1. An end user is a client's free text, of which there may be as many as there are requests.
ALTER TABLE usage
    ADD COLUMN IF NOT EXISTS record_version UInt8 DEFAULT 1,
    ADD COLUMN IF NOT EXISTS organization_name LowCardinality(String) AFTER key_name,
    ADD COLUMN IF NOT EXISTS project_name LowCardinality(String) AFTER team_name,
    ADD COLUMN IF NOT EXISTS user_name LowCardinality(String) AFTER project_name,
    ADD COLUMN IF NOT EXISTS customer_name LowCardinality(String) AFTER user_name,
    ADD COLUMN IF NOT EXISTS end_user String CODEC(ZSTD) AFTER customer_name;
