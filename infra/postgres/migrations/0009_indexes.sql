-- An index for every query that the README shows and for every count that `streams.status` makes.

-- "Best seeded music first" needs class and seeders in one index, and they are in two tables: the seeders of a torrent are
-- copied beside its class. An index of seeders alone would do only where music is as well seeded as everything else: where its
-- seeders are unknown it would be read to the end.
ALTER TABLE classifications ADD COLUMN IF NOT EXISTS seeders integer;
COMMENT ON COLUMN classifications.seeders IS 'A copy of torrents.seeders, written in the same transaction.';

UPDATE classifications c SET seeders = t.seeders FROM torrents t
WHERE t.infohash = c.infohash AND c.seeders IS DISTINCT FROM t.seeders;

CREATE INDEX IF NOT EXISTS classifications_seeders ON classifications (medium, seeders DESC NULLS LAST);
CREATE INDEX IF NOT EXISTS torrents_seeders ON torrents (seeders DESC NULLS LAST);

CREATE OR REPLACE FUNCTION refresh_classifications(of_infohashes bytea[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO classifications AS c (infohash, result_id, medium, subcategory, nsfw, confidence, source, rule, torznab,
        revision, model_id, observed_at, seeders)
    SELECT r.infohash, result_id, result->>'medium', result->>'subcategory', (result->>'nsfw')::boolean,
           (result->>'confidence')::real, result->>'source', result->>'rule', (result->>'torznab')::smallint,
           revision, model_id, r.observed_at, t.seeders
    FROM current_results('classify', of_infohashes) r LEFT JOIN torrents t ON t.infohash = r.infohash ORDER BY r.infohash
    ON CONFLICT (infohash) DO UPDATE SET
        result_id = excluded.result_id, medium = excluded.medium, subcategory = excluded.subcategory, nsfw = excluded.nsfw,
        confidence = excluded.confidence, source = excluded.source, rule = excluded.rule, torznab = excluded.torznab,
        revision = excluded.revision, model_id = excluded.model_id, observed_at = excluded.observed_at,
        seeders = excluded.seeders
    WHERE (c.result_id, c.observed_at) IS DISTINCT FROM (excluded.result_id, excluded.observed_at)
$$;

-- These are small: they hold only the rows that are counted or listed.
CREATE INDEX IF NOT EXISTS extractions_over_budget ON extractions (infohash) WHERE llm = 'over_budget' AND method <> 'llm';
CREATE INDEX IF NOT EXISTS extractions_by_llm ON extractions (infohash) WHERE method = 'llm';
CREATE INDEX IF NOT EXISTS dead_letters_redriven ON dead_letters (redriven_at) WHERE redriven_at IS NOT NULL;

-- A handful of values, stored once each with a list of rows.
CREATE INDEX IF NOT EXISTS links_status ON links (status);

-- A link of a superseded extraction is not shown. The planner takes two equal columns for two independent coincidences, expects
-- next to no row of such a join, and so reads all links and sorts them. Behind CASE it cannot see the second one: it joins by
-- infohash, in whichever direction the query asks for.
CREATE OR REPLACE VIEW music AS
SELECT encode(t.infohash, 'hex') AS infohash, t.name, c.subcategory, e.creator AS artist, e.title, e.year,
       l.status AS link, l.artist_mbid, l.artist AS mb_artist, l.release_group_mbid, l.title AS mb_title, l.score, l.margin,
       e.metadata, e.technical, t.size, t.num_files, c.seeders, t.leechers, t.observed_at, c.nsfw, t.infohash AS infohash_bytes
FROM classifications c
JOIN torrents t USING (infohash)
LEFT JOIN extractions e USING (infohash)
LEFT JOIN links l ON l.infohash = e.infohash AND CASE WHEN l.extraction_id = e.result_id THEN true ELSE false END
WHERE c.medium = 'audio' AND c.subcategory IN ('track', 'album', 'collection');

CREATE OR REPLACE VIEW video AS
SELECT encode(t.infohash, 'hex') AS infohash, t.name, c.subcategory, e.title, e.year,
       (e.metadata->>'season_number')::integer AS season, (e.metadata->>'episode_number')::integer AS episode,
       e.technical->>'resolution' AS resolution, e.technical->>'source' AS source, e.technical->>'codec' AS codec,
       e.metadata, e.technical, t.size, t.num_files, c.seeders, t.leechers, t.observed_at, c.nsfw, t.infohash AS infohash_bytes
FROM classifications c
JOIN torrents t USING (infohash)
LEFT JOIN extractions e USING (infohash)
WHERE c.medium = 'video';
