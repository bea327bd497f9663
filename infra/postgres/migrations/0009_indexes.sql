-- An index for every query that the README shows and for every count that `streams.status` makes.

-- "Best seeded first", of everything or of one view: the scan is in the order that is asked for and the other tables are
-- joined by primary key until the limit is reached, so nothing is sorted.
CREATE INDEX IF NOT EXISTS torrents_seeders ON torrents (seeders DESC NULLS LAST);

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
       e.metadata, e.technical, t.size, t.num_files, t.seeders, t.leechers, t.observed_at, c.nsfw, t.infohash AS infohash_bytes
FROM classifications c
JOIN torrents t USING (infohash)
LEFT JOIN extractions e USING (infohash)
LEFT JOIN links l ON l.infohash = e.infohash AND CASE WHEN l.extraction_id = e.result_id THEN true ELSE false END
WHERE c.medium = 'audio' AND c.subcategory IN ('track', 'album', 'collection');
