-- Each thing is stored once. A current result is a row with typed columns, and says all that history says of it; only results
-- that are not current lie in a table of their own. `history` is a view over both. What an index can hold alone is no column.
--
-- Old rows are carried over: tables are written anew, side by side, so for a while they need their space twice. The file may
-- run again: what is done is not done twice.

-- 1. The tables, and what old ones hold.

-- A result that is not current: of an older input, another revision or a weaker method. Few torrents have one.
CREATE TABLE IF NOT EXISTS superseded (
    observed_at    timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL DEFAULT now(),
    stage          stage NOT NULL,
    method         method NOT NULL,
    model_id       integer NOT NULL,
    reference_date date,
    revision       smallint NOT NULL,
    infohash       bytea NOT NULL,
    input_hash     bytea NOT NULL,
    result_id      bytea NOT NULL,
    of_result      bytea,
    result         jsonb NOT NULL,
    PRIMARY KEY (stage, infohash, revision, input_hash, method)
);

-- Eight bytes first, then four, then two: between them there is no gap. Then what has no fixed length.
CREATE TABLE IF NOT EXISTS packed_torrents (
    observed_at          timestamptz NOT NULL,
    size                 bigint,
    created_at           timestamptz,
    swarm_seen_at        timestamptz,
    seeders              integer,
    leechers             integer,
    completed            integer,
    provenance_id        integer NOT NULL,
    num_files            integer,
    meta_version         smallint,
    infohash             bytea NOT NULL CHECK (octet_length(infohash) = 20),
    name                 text NOT NULL,
    flags                text[] NOT NULL DEFAULT '{}',
    file_flags           text[],
    file_paths           text[],
    file_sizes           bigint[],
    infohash_v2          bytea,
    hints                jsonb,
    size_seen_at         timestamptz,
    files_seen_at        timestamptz,
    created_seen_at      timestamptz,
    meta_version_seen_at timestamptz,
    infohash_v2_seen_at  timestamptz,
    hints_seen_at        timestamptz,
    seeders_seen_at      timestamptz,
    leechers_seen_at     timestamptz,
    completed_seen_at    timestamptz
);

CREATE TABLE IF NOT EXISTS packed_classifications (
    observed_at    timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL DEFAULT now(),
    confidence     real NOT NULL,
    seeders        integer,
    method         method NOT NULL DEFAULT 'rules',
    model_id       integer NOT NULL,
    revision       smallint NOT NULL,
    torznab        smallint NOT NULL,
    nsfw           boolean NOT NULL,
    infohash       bytea NOT NULL,
    result_id      bytea NOT NULL,
    input_hash     bytea NOT NULL,
    medium         text NOT NULL,
    subcategory    text NOT NULL,
    source         text NOT NULL,
    rule           text,
    why            text[],
    reference_date date
);

CREATE TABLE IF NOT EXISTS packed_extractions (
    observed_at    timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL DEFAULT now(),
    method         method NOT NULL,
    model_id       integer NOT NULL,
    revision       smallint NOT NULL,
    year           smallint,
    infohash       bytea NOT NULL,
    result_id      bytea NOT NULL,
    input_hash     bytea NOT NULL,
    subcategory    text NOT NULL,
    llm            text NOT NULL,
    title          text,
    creator        text,
    metadata       jsonb NOT NULL,
    technical      jsonb NOT NULL,
    evidence       json NOT NULL,
    reference_date date
);

CREATE TABLE IF NOT EXISTS packed_links (
    release_group_mbid uuid,
    artist_mbid        uuid,
    observed_at        timestamptz NOT NULL,
    recorded_at        timestamptz NOT NULL DEFAULT now(),
    score              real NOT NULL,
    margin             real NOT NULL,
    reference_date     date,
    method             method NOT NULL DEFAULT 'rules',
    model_id           integer NOT NULL,
    revision           smallint NOT NULL,
    infohash           bytea NOT NULL,
    extraction_id      bytea NOT NULL,
    result_id          bytea NOT NULL,
    input_hash         bytea NOT NULL,
    status             text NOT NULL,
    artist             text,
    title              text,
    why                text[] NOT NULL,
    candidates         json
);

-- Evidence is the larger half of an extraction: a list says the same as an object in a third of the space.
CREATE OR REPLACE FUNCTION short_evidence(evidence jsonb) RETURNS json LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(json_object_agg(field, CASE
        WHEN NOT found ? 'span' THEN jsonb_build_array(found->'source', found->'confidence', found->'path')
        WHEN found ? 'path' THEN jsonb_build_array(found->'source', found->'confidence', found->'span'->0, found->'span'->1,
            found->'path')
        ELSE jsonb_build_array(found->'source', found->'confidence', found->'span'->0, found->'span'->1) END), '{}')
    FROM jsonb_each(evidence) AS e(field, found)
$$;
COMMENT ON FUNCTION short_evidence IS
    'Evidence as it is stored: field -> [source, confidence, start, end] or [source, confidence, path].';

CREATE OR REPLACE FUNCTION full_evidence(evidence json) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(field, jsonb_strip_nulls(jsonb_build_object('source', found->0, 'confidence', found->1,
        'span', CASE WHEN jsonb_array_length(found) > 3 THEN jsonb_build_array(found->2, found->3) END,
        'path', CASE WHEN jsonb_array_length(found) IN (3, 5) THEN found->-1 END))), '{}')
    FROM jsonb_each(evidence::jsonb) AS e(field, found)
$$;
COMMENT ON FUNCTION full_evidence IS 'Stored evidence as an event has it: field -> {source, confidence, span or path}.';

DO $$
BEGIN
    IF (SELECT relkind FROM pg_class WHERE oid = to_regclass('history')) IS DISTINCT FROM 'r' THEN
        DROP TABLE packed_torrents, packed_classifications, packed_extractions, packed_links;
        RETURN;
    END IF;

    INSERT INTO packed_torrents (observed_at, size, created_at, swarm_seen_at, seeders, leechers, completed, provenance_id,
        num_files, meta_version, infohash, name, flags, file_flags, file_paths, file_sizes, infohash_v2, size_seen_at,
        files_seen_at, created_seen_at, meta_version_seen_at, infohash_v2_seen_at, seeders_seen_at, leechers_seen_at,
        completed_seen_at)
    SELECT observed_at, size, created_at, swarm_seen_at, seeders, leechers, completed, provenance_id,
        num_files, meta_version, infohash, name, flags, file_flags, file_paths, file_sizes, infohash_v2, size_seen_at,
        files_seen_at, created_seen_at, meta_version_seen_at, infohash_v2_seen_at, seeders_seen_at, leechers_seen_at,
        completed_seen_at
    FROM torrents;

    -- The seeders are those of the torrent, whatever the copy said.
    INSERT INTO packed_classifications (observed_at, recorded_at, confidence, seeders, method, model_id, revision, torznab,
        nsfw, infohash, result_id, input_hash, medium, subcategory, source, rule, why, reference_date)
    SELECT h.observed_at, h.recorded_at, c.confidence, c.seeders, h.method, h.model_id, h.revision, c.torznab,
        c.nsfw, c.infohash, c.result_id, h.input_hash, c.medium, c.subcategory, c.source, c.rule,
        nullif(ARRAY(SELECT jsonb_array_elements_text(h.result->'why')), '{}'), h.reference_date
    FROM classifications c JOIN history h ON h.infohash = c.infohash AND h.stage = 'classify' AND h.result_id = c.result_id;

    INSERT INTO packed_extractions (observed_at, recorded_at, method, model_id, revision, year, infohash, result_id,
        input_hash, subcategory, llm, title, creator, metadata, technical, evidence, reference_date)
    SELECT h.observed_at, h.recorded_at, h.method, h.model_id, h.revision, e.year, e.infohash, e.result_id,
        h.input_hash, e.subcategory, e.llm, e.title, e.creator, e.metadata, e.technical,
        short_evidence(h.result->'evidence'), h.reference_date
    FROM extractions e JOIN history h ON h.infohash = e.infohash AND h.stage = 'extract' AND h.result_id = e.result_id;

    INSERT INTO packed_links (release_group_mbid, artist_mbid, observed_at, recorded_at, score, margin, reference_date,
        method, model_id, revision, infohash, extraction_id, result_id, input_hash, status, artist, title, why, candidates)
    SELECT l.release_group_mbid, l.artist_mbid, h.observed_at, h.recorded_at, l.score, l.margin, h.reference_date,
        h.method, h.model_id, h.revision, l.infohash, l.extraction_id, l.result_id, h.input_hash, l.status, l.artist,
        l.title, l.why, nullif(h.result->'candidates', '[]')::json
    FROM links l JOIN history h ON h.infohash = l.infohash AND h.stage = 'match' AND h.result_id = l.result_id;

    INSERT INTO superseded (observed_at, recorded_at, stage, method, model_id, reference_date, revision, infohash,
        input_hash, result_id, of_result, result)
    SELECT observed_at, recorded_at, stage, method, model_id, reference_date, revision, infohash,
        input_hash, result_id, of_result, result
    FROM history h
    WHERE NOT CASE stage
        WHEN 'classify' THEN EXISTS (SELECT FROM packed_classifications c WHERE c.result_id = h.result_id)
        WHEN 'extract' THEN EXISTS (SELECT FROM packed_extractions e WHERE e.result_id = h.result_id)
        ELSE EXISTS (SELECT FROM packed_links l WHERE l.result_id = h.result_id)
    END;

    DROP FUNCTION refresh_classifications(bytea[]), refresh_extractions(bytea[]), refresh_links(bytea[]),
        current_results(stage, bytea[]);
    DROP VIEW releases, music, video, llm_pending;
    DROP TABLE torrents, classifications, extractions, links, history;
    ALTER TABLE packed_torrents RENAME TO torrents;
    ALTER TABLE packed_classifications RENAME TO classifications;
    ALTER TABLE packed_extractions RENAME TO extractions;
    ALTER TABLE packed_links RENAME TO links;
    ALTER TABLE torrents ADD PRIMARY KEY (infohash);
    ALTER TABLE classifications ADD PRIMARY KEY (infohash);
    ALTER TABLE extractions ADD PRIMARY KEY (infohash);
    ALTER TABLE links ADD PRIMARY KEY (infohash, extraction_id);
END
$$;

-- 2. Indexes: one for every query that the documents show and for every count that `streams.status` makes.

-- The words of a name are in the index and nowhere else: views that show `search` repeat the expression.
CREATE INDEX IF NOT EXISTS torrents_search ON torrents
    USING gin (to_tsvector('simple', translate(name, '._-+[](){}', '          ')));
CREATE INDEX IF NOT EXISTS torrents_imdb ON torrents ((hints->>'imdb')) WHERE hints->>'imdb' IS NOT NULL;
CREATE INDEX IF NOT EXISTS classifications_class ON classifications (medium, subcategory, observed_at DESC);
CREATE INDEX IF NOT EXISTS classifications_seeders ON classifications (medium, seeders DESC NULLS LAST);
CREATE INDEX IF NOT EXISTS classifications_best_seeded ON classifications (seeders DESC NULLS LAST);
CREATE INDEX IF NOT EXISTS extractions_title ON extractions (lower(title)) WHERE title IS NOT NULL;
CREATE INDEX IF NOT EXISTS extractions_creator ON extractions (lower(creator)) WHERE creator IS NOT NULL;
CREATE INDEX IF NOT EXISTS extractions_pending ON extractions (infohash) WHERE llm = 'requested' AND method <> 'llm';
CREATE INDEX IF NOT EXISTS extractions_over_budget ON extractions (infohash) WHERE llm = 'over_budget' AND method <> 'llm';
CREATE INDEX IF NOT EXISTS extractions_by_llm ON extractions (infohash) WHERE method = 'llm';
CREATE INDEX IF NOT EXISTS links_artist ON links (artist_mbid) WHERE artist_mbid IS NOT NULL;
CREATE INDEX IF NOT EXISTS links_release_group ON links (release_group_mbid) WHERE release_group_mbid IS NOT NULL;
CREATE INDEX IF NOT EXISTS links_status ON links (status);

-- How many torrents a class has, and what medium goes with what subcategory.
CREATE STATISTICS IF NOT EXISTS classifications_classes (mcv) ON medium, subcategory FROM classifications;
-- How rare a title is. Without it the planner takes any title for one of two hundred, and looks for its best seeded torrents by
-- reading all torrents in the order of their seeders.
CREATE STATISTICS IF NOT EXISTS extractions_titles ON (lower(title)) FROM extractions;
CREATE STATISTICS IF NOT EXISTS extractions_creators ON (lower(creator)) FROM extractions;
CREATE STATISTICS IF NOT EXISTS torrents_imdb ON ((hints->>'imdb')) FROM torrents;

-- No index of torrents holds what a later look at the swarm changes, so the row can change in its page and no index is written,
-- if there is room: a twentieth of the page. The same is true of extractions that are seen again.
ALTER TABLE torrents SET (fillfactor = 95);
ALTER TABLE extractions SET (fillfactor = 95);

-- A row of more than 2 KB has a long file list. It is compressed in its place, where it is read with the row; otherwise the name
-- would be moved out of the row first, to make room for the list.
ALTER TABLE torrents
    ALTER COLUMN name SET STORAGE MAIN, ALTER COLUMN flags SET STORAGE MAIN, ALTER COLUMN file_flags SET STORAGE MAIN,
    ALTER COLUMN file_paths SET STORAGE MAIN, ALTER COLUMN file_sizes SET STORAGE MAIN,
    ALTER COLUMN infohash_v2 SET STORAGE MAIN, ALTER COLUMN hints SET STORAGE MAIN;

-- A fifth of ten million rows is too many to wait for: pages that may be read without the table, words that wait to be sorted
-- into the search index, and the planner's numbers would all be stale for hours.
ALTER TABLE torrents SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE classifications SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE extractions SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE links SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE superseded SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

COMMENT ON TABLE torrents IS 'One row a torrent: of each part the newest that is known. Unknown is NULL; an empty file list is {}.';
COMMENT ON COLUMN torrents.num_files IS 'True count; file_paths holds at most 2,000.';
COMMENT ON COLUMN torrents.observed_at IS 'When the newest observation saw it: the one that name, flags and provenance are of.';
COMMENT ON COLUMN torrents.size_seen_at IS 'When the size was seen; NULL: at observed_at. So do the other *_seen_at.';
COMMENT ON COLUMN torrents.seeders_seen_at IS 'When the seeders were counted; NULL: at swarm_seen_at.';
COMMENT ON COLUMN torrents.flags IS 'What was done to the name; file_flags says it of the file list, NULL: nothing.';
COMMENT ON COLUMN torrents.hints IS 'What the source says of the content: category, imdb, tmdb, tvdb. No part of any answer.';
COMMENT ON COLUMN classifications.seeders IS 'A copy of torrents.seeders, written in the same transaction.';
COMMENT ON COLUMN extractions.evidence IS 'Short: field -> [source, confidence, start, end] or [source, confidence, path]; see full_evidence.';
COMMENT ON TABLE superseded IS 'Results that are not current. With the current ones they are the view `history`.';
COMMENT ON COLUMN superseded.observed_at IS 'The latest time this input was seen; the one thing that a later event may move, forward only.';

-- 3. History: what is current and what was or could be.

CREATE OR REPLACE FUNCTION result_of(c classifications) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object('medium', c.medium, 'subcategory', c.subcategory, 'nsfw', c.nsfw,
        'confidence', c.confidence, 'source', c.source, 'rule', c.rule, 'torznab', c.torznab,
        'why', coalesce(c.why, '{}')))
$$;
CREATE OR REPLACE FUNCTION result_of(e extractions) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('metadata', e.metadata, 'technical', e.technical, 'llm', e.llm,
        'evidence', full_evidence(e.evidence),
        'uniform', jsonb_strip_nulls(jsonb_build_object('title', e.title, 'creator', e.creator, 'year', e.year)))
$$;
CREATE OR REPLACE FUNCTION result_of(l links) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object('status', l.status, 'artist_mbid', l.artist_mbid, 'artist', l.artist,
        'release_group_mbid', l.release_group_mbid, 'title', l.title, 'score', l.score, 'margin', l.margin,
        'why', l.why, 'candidates', coalesce(l.candidates, '[]')))
$$;

CREATE OR REPLACE VIEW history AS
SELECT infohash, stage, revision, input_hash, method, result_id, of_result, observed_at, reference_date, model_id, recorded_at,
       result
FROM superseded
UNION ALL
SELECT infohash, 'classify'::stage, revision, input_hash, method, result_id, NULL::bytea, observed_at, reference_date, model_id,
       recorded_at, result_of(c)
FROM classifications c
UNION ALL
SELECT infohash, 'extract'::stage, revision, input_hash, method, result_id, NULL::bytea, observed_at, reference_date, model_id,
       recorded_at, result_of(e)
FROM extractions e
UNION ALL
SELECT infohash, 'match'::stage, revision, input_hash, method, result_id, extraction_id, observed_at, reference_date, model_id,
       recorded_at, result_of(l)
FROM links l;
COMMENT ON VIEW history IS 'Every result that ever was. It is unique by (infohash, stage, revision, input_hash, method).';
COMMENT ON COLUMN history.of_result IS 'For links: the extraction that was matched.';

-- The rule: latest input, then latest reference data, then the active revision, then method rank. The current result is a
-- pure function of history, so the order in which events arrive does not matter. A torrent without a superseded result has
-- nothing to choose from and is passed over. Returns those that should be current and are not.
CREATE OR REPLACE FUNCTION newly_current(of_stage stage, of_infohashes bytea[]) RETURNS SETOF superseded LANGUAGE sql STABLE AS $$
    SELECT s.*
    FROM (
        SELECT DISTINCT ON (infohash, of_result) infohash, of_result, revision, input_hash, method
        FROM (
            SELECT h.infohash, h.of_result, h.revision, h.input_hash, h.method, h.reference_date,
                   max(h.observed_at) OVER (PARTITION BY h.infohash, h.input_hash) AS input_seen,
                   coalesce(a.revision = h.revision, true) AS active
            FROM history h
            LEFT JOIN active_revision a ON a.stage = h.stage AND a.method = h.method
            WHERE h.stage = of_stage AND h.infohash = ANY (
                ARRAY(SELECT infohash FROM superseded WHERE stage = of_stage AND infohash = ANY (of_infohashes)))
        ) AS candidates
        ORDER BY infohash, of_result, input_seen DESC, reference_date DESC NULLS LAST, active DESC, method DESC, revision DESC,
                 input_hash
    ) AS best
    JOIN superseded s USING (infohash, revision, input_hash, method)
    WHERE s.stage = of_stage
$$;

-- The three functions that choose anew change places: what is current goes to the superseded, and the better one comes from
-- there, in one statement.
CREATE OR REPLACE FUNCTION refresh_classifications(of_infohashes bytea[]) RETURNS void LANGUAGE sql AS $$
    WITH best AS MATERIALIZED (
        SELECT * FROM newly_current('classify', of_infohashes)
    ), put_away AS (
        INSERT INTO superseded (infohash, stage, revision, input_hash, method, result_id, observed_at, reference_date, model_id,
            recorded_at, result)
        SELECT c.infohash, 'classify', c.revision, c.input_hash, c.method, c.result_id, c.observed_at, c.reference_date,
               c.model_id, c.recorded_at, result_of(c)
        FROM classifications c JOIN best USING (infohash)
    ), taken AS (
        DELETE FROM superseded s USING best b
        WHERE (s.stage, s.infohash, s.revision, s.input_hash, s.method)
            = (b.stage, b.infohash, b.revision, b.input_hash, b.method)
    )
    UPDATE classifications c SET
        result_id = b.result_id, revision = b.revision, input_hash = b.input_hash, method = b.method, model_id = b.model_id,
        observed_at = b.observed_at, reference_date = b.reference_date, recorded_at = b.recorded_at,
        medium = result->>'medium', subcategory = result->>'subcategory', nsfw = (result->>'nsfw')::boolean,
        confidence = (result->>'confidence')::real, source = result->>'source', rule = result->>'rule',
        torznab = (result->>'torznab')::smallint,
        why = nullif(ARRAY(SELECT jsonb_array_elements_text(result->'why')), '{}')
    FROM best b WHERE c.infohash = b.infohash
$$;

CREATE OR REPLACE FUNCTION refresh_extractions(of_infohashes bytea[]) RETURNS void LANGUAGE sql AS $$
    WITH best AS MATERIALIZED (
        SELECT * FROM newly_current('extract', of_infohashes)
    ), put_away AS (
        INSERT INTO superseded (infohash, stage, revision, input_hash, method, result_id, observed_at, reference_date, model_id,
            recorded_at, result)
        SELECT e.infohash, 'extract', e.revision, e.input_hash, e.method, e.result_id, e.observed_at, e.reference_date,
               e.model_id, e.recorded_at, result_of(e)
        FROM extractions e JOIN best USING (infohash)
    ), taken AS (
        DELETE FROM superseded s USING best b
        WHERE (s.stage, s.infohash, s.revision, s.input_hash, s.method)
            = (b.stage, b.infohash, b.revision, b.input_hash, b.method)
    )
    UPDATE extractions e SET
        result_id = b.result_id, revision = b.revision, input_hash = b.input_hash, method = b.method, model_id = b.model_id,
        observed_at = b.observed_at, reference_date = b.reference_date, recorded_at = b.recorded_at,
        subcategory = result->'metadata'->>'subcategory', title = result->'uniform'->>'title',
        creator = result->'uniform'->>'creator', year = (result->'uniform'->>'year')::smallint,
        metadata = result->'metadata', technical = result->'technical', llm = result->>'llm',
        evidence = short_evidence(result->'evidence')
    FROM best b WHERE e.infohash = b.infohash
$$;

CREATE OR REPLACE FUNCTION refresh_links(of_infohashes bytea[]) RETURNS void LANGUAGE sql AS $$
    WITH best AS MATERIALIZED (
        SELECT * FROM newly_current('match', of_infohashes)
    ), put_away AS (
        INSERT INTO superseded (infohash, stage, revision, input_hash, method, result_id, of_result, observed_at,
            reference_date, model_id, recorded_at, result)
        SELECT l.infohash, 'match', l.revision, l.input_hash, l.method, l.result_id, l.extraction_id, l.observed_at,
               l.reference_date, l.model_id, l.recorded_at, result_of(l)
        FROM links l JOIN best b ON b.infohash = l.infohash AND b.of_result = l.extraction_id
    ), taken AS (
        DELETE FROM superseded s USING best b
        WHERE (s.stage, s.infohash, s.revision, s.input_hash, s.method)
            = (b.stage, b.infohash, b.revision, b.input_hash, b.method)
    )
    UPDATE links l SET
        result_id = b.result_id, revision = b.revision, input_hash = b.input_hash, method = b.method, model_id = b.model_id,
        observed_at = b.observed_at, reference_date = b.reference_date, recorded_at = b.recorded_at,
        status = result->>'status', artist_mbid = (result->>'artist_mbid')::uuid, artist = result->>'artist',
        release_group_mbid = (result->>'release_group_mbid')::uuid, title = result->>'title',
        score = (result->>'score')::real, margin = (result->>'margin')::real,
        why = ARRAY(SELECT jsonb_array_elements_text(result->'why')),
        candidates = nullif(result->'candidates', '[]')::json
    FROM best b WHERE l.infohash = b.infohash AND l.extraction_id = b.of_result
$$;

-- 4. What applications read.

-- Seeders and moment are those beside the class, because there is the index by class and seeders and by class and moment.
CREATE OR REPLACE VIEW releases AS
SELECT encode(t.infohash, 'hex') AS infohash, t.name, c.medium, c.subcategory, c.nsfw, c.confidence, c.torznab,
       c.source AS classified_by, c.rule, e.title, e.creator, e.year, e.method AS extracted_by, e.llm,
       t.size, t.num_files, c.seeders, t.leechers, t.swarm_seen_at, t.created_at, c.observed_at,
       t.infohash AS infohash_bytes, to_tsvector('simple', translate(t.name, '._-+[](){}', '          ')) AS search, t.hints
FROM classifications c
JOIN torrents t USING (infohash)
LEFT JOIN extractions e USING (infohash);

-- A link of a superseded extraction is not shown. The planner takes two equal columns for two independent coincidences, expects
-- next to no row of such a join, and so reads all links and sorts them. Behind CASE it cannot see the second one: it joins by
-- infohash, in whichever direction the query asks for.
CREATE OR REPLACE VIEW music AS
SELECT encode(t.infohash, 'hex') AS infohash, t.name, c.subcategory, e.creator AS artist, e.title, e.year,
       l.status AS link, l.artist_mbid, l.artist AS mb_artist, l.release_group_mbid, l.title AS mb_title, l.score, l.margin,
       e.metadata, e.technical, t.size, t.num_files, c.seeders, t.leechers, c.observed_at, c.nsfw, t.infohash AS infohash_bytes
FROM classifications c
JOIN torrents t USING (infohash)
LEFT JOIN extractions e USING (infohash)
LEFT JOIN links l ON l.infohash = e.infohash AND CASE WHEN l.extraction_id = e.result_id THEN true ELSE false END
WHERE c.medium = 'audio' AND c.subcategory IN ('track', 'album', 'collection');

CREATE OR REPLACE VIEW video AS
SELECT encode(t.infohash, 'hex') AS infohash, t.name, c.subcategory, e.title, e.year,
       (e.metadata->>'season_number')::integer AS season, (e.metadata->>'episode_number')::integer AS episode,
       e.technical->>'resolution' AS resolution, e.technical->>'source' AS source, e.technical->>'codec' AS codec,
       e.metadata, e.technical, t.size, t.num_files, c.seeders, t.leechers, c.observed_at, c.nsfw, t.infohash AS infohash_bytes
FROM classifications c
JOIN torrents t USING (infohash)
LEFT JOIN extractions e USING (infohash)
WHERE c.medium = 'video';

-- Requested from the GGUF workers, and no answer for the current input yet.
CREATE OR REPLACE VIEW llm_pending AS
SELECT infohash, subcategory, observed_at FROM extractions WHERE llm = 'requested' AND method <> 'llm';

-- How many torrents each class has. Few rows are counted; of many the answer is that of the last ANALYZE, in no time.
CREATE OR REPLACE VIEW class_counts AS
WITH total AS MATERIALIZED (
    SELECT greatest(reltuples, 0) AS rows, reltuples > 100000 AS is_estimated
    FROM pg_class WHERE oid = 'public.classifications'::regclass
)
SELECT medium, subcategory, count(*) AS torrents, false AS is_estimated
FROM classifications
WHERE NOT (SELECT is_estimated FROM total)
GROUP BY medium, subcategory
UNION ALL
SELECT most_common_vals[n][1], most_common_vals[n][2], round(most_common_freqs[n] * total.rows)::bigint, true
FROM total, pg_stats_ext, LATERAL generate_series(1, cardinality(most_common_freqs)) AS n
WHERE total.is_estimated AND schemaname = 'public' AND statistics_name = 'classifications_classes';

DO $$
BEGIN
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO mimmo_reader;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'mimmo_reader may not read the new tables: ask a superuser for SELECT on public';
END
$$;
