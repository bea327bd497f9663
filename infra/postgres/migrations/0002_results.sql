-- Results: an append-only history, and the current result of each stage chosen from it by one rule.
CREATE TYPE stage AS ENUM ('classify', 'extract', 'match');
-- The order is the rank: of one input and revision the later is better.
CREATE TYPE method AS ENUM ('rules', 'tagger', 'llm');

CREATE TABLE model (
    id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);

CREATE TABLE active_revision (
    stage    stage,
    method   method,
    revision smallint NOT NULL,
    PRIMARY KEY (stage, method)
);
COMMENT ON TABLE active_revision IS 'Set by `python -m infra.postgres activate`. Without a row the highest revision seen is active.';

CREATE TABLE history (
    infohash       bytea NOT NULL,
    stage          stage NOT NULL,
    revision       smallint NOT NULL,
    input_hash     bytea NOT NULL,
    method         method NOT NULL,
    result_id      bytea NOT NULL,
    of_result      bytea,
    observed_at    timestamptz NOT NULL,
    reference_date date,
    model_id       integer NOT NULL,
    recorded_at    timestamptz NOT NULL DEFAULT now(),
    result         jsonb NOT NULL,
    PRIMARY KEY (infohash, stage, revision, input_hash, method)
);
COMMENT ON COLUMN history.of_result IS 'For links: the extraction that was matched.';
COMMENT ON COLUMN history.observed_at IS 'The latest time this input was seen; the one thing that a later event may move, forward only.';

CREATE TABLE classifications (
    infohash    bytea PRIMARY KEY,
    result_id   bytea NOT NULL,
    medium      text NOT NULL,
    subcategory text NOT NULL,
    nsfw        boolean NOT NULL,
    confidence  real NOT NULL,
    source      text NOT NULL,
    rule        text,
    torznab     smallint NOT NULL,
    revision    smallint NOT NULL,
    model_id    integer NOT NULL,
    observed_at timestamptz NOT NULL
);
CREATE INDEX classifications_class ON classifications (medium, subcategory, observed_at DESC);

CREATE TABLE extractions (
    infohash    bytea PRIMARY KEY,
    result_id   bytea NOT NULL,
    subcategory text NOT NULL,
    title       text,
    creator     text,
    year        smallint,
    metadata    jsonb NOT NULL,
    technical   jsonb NOT NULL,
    llm         text NOT NULL,
    method      method NOT NULL,
    revision    smallint NOT NULL,
    model_id    integer NOT NULL,
    observed_at timestamptz NOT NULL
);
CREATE INDEX extractions_title ON extractions (lower(title)) WHERE title IS NOT NULL;
CREATE INDEX extractions_creator ON extractions (lower(creator)) WHERE creator IS NOT NULL;
CREATE INDEX extractions_pending ON extractions (infohash) WHERE llm = 'requested' AND method <> 'llm';

CREATE TABLE links (
    infohash           bytea NOT NULL,
    extraction_id      bytea NOT NULL,
    result_id          bytea NOT NULL,
    status             text NOT NULL,
    artist_mbid        uuid,
    artist             text,
    release_group_mbid uuid,
    title              text,
    score              real NOT NULL,
    margin             real NOT NULL,
    why                text[] NOT NULL,
    reference_date     date,
    revision           smallint NOT NULL,
    model_id           integer NOT NULL,
    PRIMARY KEY (infohash, extraction_id)
);
CREATE INDEX links_artist ON links (artist_mbid) WHERE artist_mbid IS NOT NULL;
CREATE INDEX links_release_group ON links (release_group_mbid) WHERE release_group_mbid IS NOT NULL;

CREATE TABLE llm_answers (
    prompt_hash bytea PRIMARY KEY,
    answer      text NOT NULL,
    parsed      boolean NOT NULL,
    model_id    integer NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE llm_answers IS 'What a GGUF model said once; never asked again. prompt_hash names model revision, prompt version and input.';

CREATE TABLE dead_letters (
    id          bytea PRIMARY KEY,
    stage       text NOT NULL,
    reason      text NOT NULL,
    error       text NOT NULL,
    attempts    integer NOT NULL,
    topic       text NOT NULL,
    partition   integer NOT NULL,
    "offset"    bigint NOT NULL,
    at          timestamptz NOT NULL,
    key         bytea,
    value       bytea,
    redriven_at timestamptz
);
CREATE INDEX dead_letters_open ON dead_letters (stage, reason) WHERE redriven_at IS NULL;

-- The rule: latest input, then latest reference data, then the active revision, then method rank. The current result is a
-- pure function of history, so the order in which events arrive does not matter.
CREATE FUNCTION current_results(of_stage stage, of_infohashes bytea[]) RETURNS SETOF history LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (infohash, of_result)
           infohash, stage, revision, input_hash, method, result_id, of_result, observed_at, reference_date, model_id,
           recorded_at, result
    FROM (
        SELECT h.*,
               max(h.observed_at) OVER (PARTITION BY h.infohash, h.input_hash) AS input_seen,
               coalesce(a.revision = h.revision, true) AS active
        FROM history h
        LEFT JOIN active_revision a ON a.stage = h.stage AND a.method = h.method
        WHERE h.stage = of_stage AND h.infohash = ANY (of_infohashes)
    ) AS candidates
    ORDER BY infohash, of_result, input_seen DESC, reference_date DESC NULLS LAST, active DESC, method DESC, revision DESC,
             input_hash
$$;

CREATE FUNCTION refresh_classifications(of_infohashes bytea[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO classifications AS c
    SELECT infohash, result_id, result->>'medium', result->>'subcategory', (result->>'nsfw')::boolean,
           (result->>'confidence')::real, result->>'source', result->>'rule', (result->>'torznab')::smallint,
           revision, model_id, observed_at
    FROM current_results('classify', of_infohashes) ORDER BY infohash
    ON CONFLICT (infohash) DO UPDATE SET
        result_id = excluded.result_id, medium = excluded.medium, subcategory = excluded.subcategory, nsfw = excluded.nsfw,
        confidence = excluded.confidence, source = excluded.source, rule = excluded.rule, torznab = excluded.torznab,
        revision = excluded.revision, model_id = excluded.model_id, observed_at = excluded.observed_at
    WHERE (c.result_id, c.observed_at) IS DISTINCT FROM (excluded.result_id, excluded.observed_at)
$$;

CREATE FUNCTION refresh_extractions(of_infohashes bytea[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO extractions AS e
    SELECT infohash, result_id, result->'metadata'->>'subcategory', result->'uniform'->>'title', result->'uniform'->>'creator',
           (result->'uniform'->>'year')::smallint, result->'metadata', result->'technical', result->>'llm', method,
           revision, model_id, observed_at
    FROM current_results('extract', of_infohashes) ORDER BY infohash
    ON CONFLICT (infohash) DO UPDATE SET
        result_id = excluded.result_id, subcategory = excluded.subcategory, title = excluded.title, creator = excluded.creator,
        year = excluded.year, metadata = excluded.metadata, technical = excluded.technical, llm = excluded.llm,
        method = excluded.method, revision = excluded.revision, model_id = excluded.model_id, observed_at = excluded.observed_at
    WHERE (e.result_id, e.observed_at) IS DISTINCT FROM (excluded.result_id, excluded.observed_at)
$$;

CREATE FUNCTION refresh_links(of_infohashes bytea[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO links AS l
    SELECT infohash, of_result, result_id, result->>'status', (result->>'artist_mbid')::uuid, result->>'artist',
           (result->>'release_group_mbid')::uuid, result->>'title', (result->>'score')::real, (result->>'margin')::real,
           ARRAY(SELECT jsonb_array_elements_text(result->'why')), reference_date, revision, model_id
    FROM current_results('match', of_infohashes) ORDER BY infohash, of_result
    ON CONFLICT (infohash, extraction_id) DO UPDATE SET
        result_id = excluded.result_id, status = excluded.status, artist_mbid = excluded.artist_mbid, artist = excluded.artist,
        release_group_mbid = excluded.release_group_mbid, title = excluded.title, score = excluded.score,
        margin = excluded.margin, why = excluded.why, reference_date = excluded.reference_date,
        revision = excluded.revision, model_id = excluded.model_id
    WHERE l.result_id IS DISTINCT FROM excluded.result_id
$$;
