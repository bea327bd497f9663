-- Search reads torrents in three orders, a page at a time, from wherever the last page ended: best seeded, newest, largest.
-- Thousands of torrents have the same seeders, and all of a dump may have been seen at one moment. Behind them the order is that
-- of the infohash. Three bytes of it in the index tell nearly all of them apart, in a third of the space of the whole.

-- Shifting and joining bind equally in Postgres, from the left: without the brackets this is no order.
CREATE OR REPLACE FUNCTION infohash_head(infohash bytea) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (get_byte(infohash, 0) << 16) | (get_byte(infohash, 1) << 8) | get_byte(infohash, 2)
$$;
COMMENT ON FUNCTION infohash_head IS 'The first three bytes of an infohash as a number, in the same order.';

CREATE INDEX IF NOT EXISTS classifications_by_seeders
    ON classifications (coalesce(seeders, -1), infohash_head(infohash));
CREATE INDEX IF NOT EXISTS classifications_by_age ON classifications (observed_at, infohash_head(infohash));
CREATE INDEX IF NOT EXISTS torrents_by_size ON torrents (size) WHERE size IS NOT NULL;
