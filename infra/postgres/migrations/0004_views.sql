-- What applications read. Every join is on a primary key, so a filtered query stays fast at 10 million rows.
CREATE VIEW releases AS
SELECT encode(t.infohash, 'hex') AS infohash, t.name, c.medium, c.subcategory, c.nsfw, c.confidence, c.torznab,
       c.source AS classified_by, c.rule, e.title, e.creator, e.year, e.method AS extracted_by, e.llm,
       t.size, t.num_files, t.seeders, t.leechers, t.swarm_seen_at, t.created_at, t.observed_at,
       t.infohash AS infohash_bytes, t.search
FROM torrents t
LEFT JOIN classifications c USING (infohash)
LEFT JOIN extractions e USING (infohash);

-- A link of a superseded extraction is not shown: the join is on the extraction that is current.
CREATE VIEW music AS
SELECT encode(t.infohash, 'hex') AS infohash, t.name, c.subcategory, e.creator AS artist, e.title, e.year,
       l.status AS link, l.artist_mbid, l.artist AS mb_artist, l.release_group_mbid, l.title AS mb_title, l.score, l.margin,
       e.metadata, e.technical, t.size, t.num_files, t.seeders, t.leechers, t.observed_at, c.nsfw, t.infohash AS infohash_bytes
FROM classifications c
JOIN torrents t USING (infohash)
LEFT JOIN extractions e USING (infohash)
LEFT JOIN links l ON l.infohash = e.infohash AND l.extraction_id = e.result_id
WHERE c.medium = 'audio' AND c.subcategory IN ('track', 'album', 'collection');

CREATE VIEW video AS
SELECT encode(t.infohash, 'hex') AS infohash, t.name, c.subcategory, e.title, e.year,
       (e.metadata->>'season_number')::integer AS season, (e.metadata->>'episode_number')::integer AS episode,
       e.technical->>'resolution' AS resolution, e.technical->>'source' AS source, e.technical->>'codec' AS codec,
       e.metadata, e.technical, t.size, t.num_files, t.seeders, t.leechers, t.observed_at, c.nsfw, t.infohash AS infohash_bytes
FROM classifications c
JOIN torrents t USING (infohash)
LEFT JOIN extractions e USING (infohash)
WHERE c.medium = 'video';

-- Requested from the GGUF workers, and no answer for the current input yet.
CREATE VIEW llm_pending AS
SELECT infohash, subcategory, observed_at FROM extractions WHERE llm = 'requested' AND method <> 'llm';
