-- The id of the request of which a row is a copy, sent by the node itself; empty in all others, and in rows of before.
ALTER TABLE usage ADD COLUMN IF NOT EXISTS mirror_of String CODEC(ZSTD);
