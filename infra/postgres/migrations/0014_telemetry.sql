-- What models said, how sure they were and how often a person contradicted them, a row a day. `python -m streams.operate.aggregate`
-- writes these tables from the view `history`, so any day can be counted again; pages read them and nothing larger.

-- A day is found by when its results were recorded. Rows come in that order, so the few pages of a day are all that is read.
CREATE INDEX IF NOT EXISTS superseded_recorded ON superseded USING brin (recorded_at) WITH (pages_per_range = 32);
CREATE INDEX IF NOT EXISTS classifications_recorded ON classifications USING brin (recorded_at) WITH (pages_per_range = 32);
CREATE INDEX IF NOT EXISTS extractions_recorded ON extractions USING brin (recorded_at) WITH (pages_per_range = 32);
CREATE INDEX IF NOT EXISTS links_recorded ON links USING brin (recorded_at) WITH (pages_per_range = 32);

CREATE TABLE IF NOT EXISTS model_day (
    day            date,
    stage          stage,
    method         method,
    model_id       integer,
    revision       smallint,
    label          text,
    results        integer NOT NULL,
    confidence     integer[] NOT NULL CHECK (array_length(confidence, 1) = 20),
    confidence_sum double precision NOT NULL,
    PRIMARY KEY (day, stage, method, model_id, revision, label)
);
COMMENT ON TABLE model_day IS 'Results by the day on which they were recorded (UTC).';
COMMENT ON COLUMN model_day.label IS 'classify and extract: the subcategory; match: the status of the link.';
COMMENT ON COLUMN model_day.confidence IS
    'Results by confidence, in 20 bins of a twentieth each; the last holds 1.0. An extraction is as sure as its least sure field, 0 without any.';

CREATE TABLE IF NOT EXISTS rule_day (
    day      date,
    stage    stage,
    method   method,
    model_id integer,
    revision smallint,
    field    text,
    rule     text,
    results  integer NOT NULL,
    PRIMARY KEY (day, stage, method, model_id, revision, field, rule)
);
COMMENT ON TABLE rule_day IS 'Results by what decided them: classify: source and rule; extract: the source of a field''s evidence; match: the status.';

CREATE TABLE IF NOT EXISTS agreement_day (
    day            date,
    stage          stage,
    field          text,
    method         method,
    model_id       integer,
    revision       smallint,
    other_method   method,
    other_model_id integer,
    other_revision smallint,
    pairs          integer NOT NULL,
    contradicted   integer NOT NULL,
    gap            double precision NOT NULL,
    PRIMARY KEY (day, stage, field, method, model_id, revision, other_method, other_model_id, other_revision)
);
COMMENT ON TABLE agreement_day IS 'Two results of the same input, by the day of the later one; the other is the earlier one.';
COMMENT ON COLUMN agreement_day.pairs IS 'Inputs about whose field both say something.';
COMMENT ON COLUMN agreement_day.gap IS 'Sum over the contradicted of the difference between both confidences.';

CREATE TABLE IF NOT EXISTS feedback_day (
    day       date,
    stage     stage,
    method    method,
    model_id  integer,
    revision  smallint,
    field     text,
    rule      text,
    "wrong"   integer NOT NULL,
    "right"   integer NOT NULL,
    "value"   integer NOT NULL,
    corrected integer NOT NULL,
    PRIMARY KEY (day, stage, method, model_id, revision, field, rule)
);
COMMENT ON TABLE feedback_day IS 'Corrections that were not revoked, by the model and rule that they are about, by verdict.';
COMMENT ON COLUMN feedback_day.corrected IS 'Fields of results first called wrong that day, whoever else said so later.';

CREATE TABLE IF NOT EXISTS adoption_day (
    day      date,
    stage    stage,
    method   method,
    model_id integer,
    revision smallint,
    rows     bigint NOT NULL,
    PRIMARY KEY (day, stage, method, model_id, revision)
);
COMMENT ON TABLE adoption_day IS 'Current rows by who made them, as they were when that day was last counted.';

CREATE TABLE IF NOT EXISTS telemetry_place (
    single        boolean PRIMARY KEY DEFAULT true CHECK (single),
    counted_up_to date NOT NULL,
    counted_at    timestamptz NOT NULL
);
COMMENT ON COLUMN telemetry_place.counted_up_to IS 'The first day that may still change; all before are final.';

CREATE TABLE IF NOT EXISTS activations (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT now(),
    who         text NOT NULL,
    stage       stage NOT NULL,
    revision    smallint,
    before      jsonb NOT NULL,
    rolled_back integer REFERENCES activations
);
COMMENT ON TABLE activations IS 'Who made which revision the active one, by page or by command. Append only.';
COMMENT ON COLUMN activations.before IS 'What was active: method -> revision, null where the highest was; rolling back restores it.';
COMMENT ON COLUMN activations.rolled_back IS 'The activation that this one took back.';

-- What telemetry reads of every result. `said` is what witnesses are compared by, in the order of `said_fields`; `fields` and
-- `rules` are what was decided, and by what.
CREATE OR REPLACE FUNCTION said_fields(of_stage stage) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE of_stage
        WHEN 'classify' THEN ARRAY['medium', 'subcategory', 'adult']
        WHEN 'extract' THEN ARRAY['title', 'creator', 'year']
        ELSE ARRAY['artist', 'release_group'] END
$$;

-- A correction changes what a row shows: what the model said is then in `machine`.
CREATE OR REPLACE VIEW current_answers AS
SELECT 'classify'::stage AS stage, method, model_id, revision, infohash, input_hash, result_id, recorded_at,
       coalesce(machine->>'subcategory', subcategory) AS label, round(confidence::numeric, 3) AS confidence,
       ARRAY[coalesce(machine->>'medium', medium), coalesce(machine->>'subcategory', subcategory),
           coalesce(machine->>'nsfw', nsfw::text)] AS said,
       ARRAY['class'] AS fields, ARRAY[concat_ws(':', source, rule)] AS rules
FROM classifications
UNION ALL
SELECT 'extract', method, model_id, revision, infohash, input_hash, result_id, recorded_at,
       subcategory, coalesce((SELECT min((proof->>1)::numeric) FROM json_each(evidence) AS e(field, proof)), 0),
       CASE WHEN machine IS NULL THEN ARRAY[lower(title), lower(creator), year::text]
           ELSE ARRAY[lower(machine#>>'{uniform,title}'), lower(machine#>>'{uniform,creator}'), machine#>>'{uniform,year}'] END,
       ARRAY(SELECT json_object_keys(evidence)), ARRAY(SELECT proof->>0 FROM json_each(evidence) AS e(field, proof))
FROM extractions
UNION ALL
SELECT 'match', method, model_id, revision, infohash, input_hash, result_id, recorded_at,
       coalesce(machine->>'status', status), round(score::numeric, 3),
       CASE WHEN machine IS NULL THEN ARRAY[artist_mbid::text, release_group_mbid::text]
           ELSE ARRAY[machine->>'artist_mbid', machine->>'release_group_mbid'] END,
       ARRAY['link'], ARRAY[coalesce(machine->>'status', status)]
FROM links;

CREATE OR REPLACE VIEW superseded_answers AS
SELECT stage, method, model_id, revision, infohash, input_hash, result_id, recorded_at,
       CASE stage WHEN 'classify' THEN result->>'subcategory' WHEN 'extract' THEN result#>>'{metadata,subcategory}'
           ELSE result->>'status' END AS label,
       CASE stage WHEN 'classify' THEN round((result->>'confidence')::numeric, 3)
           WHEN 'extract' THEN coalesce((SELECT min((proof->>'confidence')::numeric)
               FROM jsonb_each(result->'evidence') AS e(field, proof)), 0)
           ELSE round(coalesce((result->>'score')::numeric, 0), 3) END AS confidence,
       CASE stage WHEN 'classify' THEN ARRAY[result->>'medium', result->>'subcategory', coalesce(result->>'nsfw', 'false')]
           WHEN 'extract' THEN ARRAY[lower(result#>>'{uniform,title}'), lower(result#>>'{uniform,creator}'), result#>>'{uniform,year}']
           ELSE ARRAY[result->>'artist_mbid', result->>'release_group_mbid'] END AS said,
       CASE stage WHEN 'classify' THEN ARRAY['class'] WHEN 'extract' THEN ARRAY(SELECT jsonb_object_keys(result->'evidence'))
           ELSE ARRAY['link'] END AS fields,
       CASE stage WHEN 'classify' THEN ARRAY[concat_ws(':', result->>'source', result->>'rule')]
           WHEN 'extract' THEN ARRAY(SELECT proof->>'source' FROM jsonb_each(result->'evidence') AS e(field, proof))
           ELSE ARRAY[result->>'status'] END AS rules
FROM superseded;

CREATE OR REPLACE VIEW answers AS
SELECT * FROM superseded_answers UNION ALL SELECT * FROM current_answers;
COMMENT ON VIEW answers IS 'Every result as telemetry reads it: label, confidence, what it says and which rule said so.';

DO $$
BEGIN
    GRANT SELECT ON model_day, rule_day, agreement_day, feedback_day, adoption_day, telemetry_place, activations,
        current_answers, superseded_answers, answers TO mimmo_reader;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'mimmo_reader may not read the tables of telemetry: ask a superuser for SELECT on them';
END
$$;
