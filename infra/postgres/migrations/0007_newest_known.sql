-- Each value of a torrent row is the newest that is known, so each remembers when it was seen. NULL is the usual case and costs
-- no byte: as new as the row itself (observed_at, or swarm_seen_at for the swarm figures). Old rows need no rewriting.
ALTER TABLE torrents
    ADD COLUMN IF NOT EXISTS size_seen_at timestamptz,
    ADD COLUMN IF NOT EXISTS files_seen_at timestamptz,
    ADD COLUMN IF NOT EXISTS created_seen_at timestamptz,
    ADD COLUMN IF NOT EXISTS meta_version_seen_at timestamptz,
    ADD COLUMN IF NOT EXISTS infohash_v2_seen_at timestamptz,
    ADD COLUMN IF NOT EXISTS seeders_seen_at timestamptz,
    ADD COLUMN IF NOT EXISTS leechers_seen_at timestamptz,
    ADD COLUMN IF NOT EXISTS completed_seen_at timestamptz,
    -- What was done to the name and what was done to the file list come and go with them.
    ADD COLUMN IF NOT EXISTS file_flags text[];

UPDATE torrents
SET file_flags = ARRAY(SELECT flag FROM unnest(flags) AS flag WHERE flag IN ('files_truncated', 'paths_cleaned')),
    flags = ARRAY(SELECT flag FROM unnest(flags) AS flag WHERE flag NOT IN ('files_truncated', 'paths_cleaned'))
WHERE flags && ARRAY['files_truncated', 'paths_cleaned'];

-- A list without a count was possible; the count is what says that a list is known.
UPDATE torrents SET num_files = cardinality(file_paths) WHERE file_paths IS NOT NULL AND num_files IS NULL;

-- The column decided between two observations of one moment by what they knew of size and files. These are merged on their
-- own now; what is left to decide is the name, its flags and where it came from.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'torrents'::regclass AND attname = 'input_hash' AND NOT attisdropped) THEN
        ALTER TABLE torrents RENAME COLUMN input_hash TO observation;
    END IF;
END
$$;

COMMENT ON COLUMN torrents.observed_at IS 'When the newest observation saw it: the one that name, flags and provenance are of.';
COMMENT ON COLUMN torrents.observation IS 'Names name, flags and provenance; of two observations of one moment the greater is kept.';
COMMENT ON COLUMN torrents.size_seen_at IS 'When the size was seen; NULL: at observed_at. So do the other *_seen_at.';
COMMENT ON COLUMN torrents.seeders_seen_at IS 'When the seeders were counted; NULL: at swarm_seen_at.';
COMMENT ON COLUMN torrents.flags IS 'What was done to the name; file_flags says it of the file list, NULL: nothing.';
