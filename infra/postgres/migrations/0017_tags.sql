-- Results as tags, and what other programs said in that form. A row a torrent and result: as arrays thirty million torrents with
-- ten tags each are not three hundred million rows. What made a tag is a small id of a table that has some hundred rows.

CREATE TABLE IF NOT EXISTS tag_makers (
    id     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    prefix text NOT NULL,
    origin jsonb NOT NULL,
    UNIQUE (prefix, origin)
);
COMMENT ON TABLE tag_makers IS 'What makes tags: the name without its tag, and the bundle of provenance that it stands for.';

CREATE TABLE IF NOT EXISTS torrent_tags (
    observed_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    stage       stage NOT NULL,
    method      method NOT NULL,
    revision    smallint NOT NULL,
    infohash    bytea NOT NULL CHECK (octet_length(infohash) = 20),
    result_id   bytea NOT NULL,
    makers      integer[],
    words       text[] NOT NULL,
    scores      real[],
    variances   real[],
    tiers       text,
    texts       text[],
    flags       text[],
    PRIMARY KEY (infohash, result_id)
);
COMMENT ON TABLE torrent_tags IS 'The tags that a result is, an element each in every array; the view `tags` has a row for each of the current ones.';
COMMENT ON COLUMN torrent_tags.makers IS 'Ids of tag_makers; NULL in it: the name is none of ours, and stands whole in words.';
COMMENT ON COLUMN torrent_tags.words IS 'The last part of each name.';
COMMENT ON COLUMN torrent_tags.tiers IS 'A letter each: h, m or l for high, medium or low; a dash where there is no score.';
COMMENT ON COLUMN torrent_tags.texts IS 'What a tag says where its name cannot: a title, an artist, an MBID.';

ALTER TABLE torrent_tags SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.02);

-- A tag of a result that is not current is not shown, nor that of a link of a superseded extraction.
CREATE OR REPLACE VIEW tags AS
SELECT encode(t.infohash, 'hex') AS infohash, coalesce(m.prefix || '_', '') || tag.word AS name, tag.score,
       CASE substr(t.tiers, tag.place::integer, 1) WHEN 'h' THEN 'high' WHEN 'm' THEN 'medium' WHEN 'l' THEN 'low' END AS tier,
       tag.text AS value, t.stage, t.revision, m.origin, tag.variance, tag.flag, t.method, t.observed_at,
       t.infohash AS infohash_bytes
FROM torrent_tags t
CROSS JOIN LATERAL unnest(t.makers, t.words, t.scores, t.variances, t.texts, t.flags) WITH ORDINALITY
    AS tag(maker, word, score, variance, text, flag, place)
LEFT JOIN tag_makers m ON m.id = tag.maker
WHERE CASE t.stage
    WHEN 'classify' THEN EXISTS (
        SELECT FROM classifications c WHERE c.infohash = t.infohash AND c.result_id = t.result_id)
    WHEN 'extract' THEN EXISTS (
        SELECT FROM extractions e WHERE e.infohash = t.infohash AND e.result_id = t.result_id)
    ELSE EXISTS (
        SELECT FROM links l JOIN extractions e ON e.infohash = l.infohash AND e.result_id = l.extraction_id
        WHERE l.infohash = t.infohash AND l.result_id = t.result_id)
END;
COMMENT ON VIEW tags IS 'The tags of current results, as the role tags told them: a row for each tag.';

DO $$
BEGIN
    GRANT SELECT ON tag_makers, torrent_tags, tags TO mimmo_reader;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'mimmo_reader may not read the new tables: ask a superuser for SELECT on tag_makers, torrent_tags and tags';
END
$$;
