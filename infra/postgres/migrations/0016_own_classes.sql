-- Classes of the user's own, below the subcategory. Rows of before have none, and cost nothing.
ALTER TABLE classifications ADD COLUMN IF NOT EXISTS own_class text;
ALTER TABLE classifications ADD COLUMN IF NOT EXISTS own_confidence real;
COMMENT ON COLUMN classifications.own_class IS 'A class of the user''s own, such as sheet_music; NULL: none.';
COMMENT ON COLUMN classifications.own_confidence IS 'How sure own_class is; NULL without one.';

CREATE INDEX IF NOT EXISTS classifications_by_own_class ON classifications (own_class) WHERE own_class IS NOT NULL;

CREATE OR REPLACE FUNCTION result_of(c classifications) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object('medium', c.medium, 'subcategory', c.subcategory, 'nsfw', c.nsfw,
        'confidence', c.confidence, 'source', c.source, 'rule', c.rule, 'torznab', c.torznab,
        'why', coalesce(c.why, '{}'), 'own_class', c.own_class, 'own_confidence', c.own_confidence) || coalesce(c.machine, '{}'))
$$;

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
        why = nullif(ARRAY(SELECT jsonb_array_elements_text(result->'why')), '{}'),
        own_class = result->>'own_class', own_confidence = (result->>'own_confidence')::real
    FROM best b WHERE c.infohash = b.infohash
$$;

-- A class of one's own goes with the class that it was said beside: who says that a torrent is of another one takes it back.
CREATE OR REPLACE FUNCTION correct_classification() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    right_medium jsonb;
    right_adult  jsonb;
BEGIN
    NEW.machine := NULL;
    IF NOT EXISTS (SELECT FROM corrections WHERE infohash = NEW.infohash AND stage = 'classify') THEN
        RETURN NEW;
    END IF;
    SELECT max(value::text) FILTER (WHERE field = 'medium'), max(value::text) FILTER (WHERE field = 'adult')
    INTO right_medium, right_adult
    FROM right_values WHERE infohash = NEW.infohash AND stage = 'classify';
    IF right_medium IS NULL AND right_adult IS NULL THEN
        RETURN NEW;
    END IF;
    NEW.machine := jsonb_build_object('medium', NEW.medium, 'subcategory', NEW.subcategory, 'nsfw', NEW.nsfw,
        'torznab', NEW.torznab);
    IF NEW.own_class IS NOT NULL AND right_medium #>> '{}' <> NEW.medium || '/' || NEW.subcategory THEN
        NEW.machine := NEW.machine || jsonb_build_object('own_class', NEW.own_class, 'own_confidence', NEW.own_confidence);
        NEW.own_class := NULL;
        NEW.own_confidence := NULL;
    END IF;
    NEW.medium := coalesce(split_part(right_medium #>> '{}', '/', 1), NEW.medium);
    NEW.subcategory := coalesce(split_part(right_medium #>> '{}', '/', 2), NEW.subcategory);
    NEW.nsfw := coalesce(right_adult::boolean, NEW.nsfw);
    NEW.torznab := torznab_of(NEW.subcategory, NEW.nsfw);
    RETURN NEW;
END
$$;

-- The rows of some torrents again as the models said them; writing them corrects them anew.
CREATE OR REPLACE FUNCTION correct_again(of_infohashes bytea[]) RETURNS void LANGUAGE sql AS $$
    UPDATE classifications c SET medium = r->>'medium', subcategory = r->>'subcategory', nsfw = (r->>'nsfw')::boolean,
        torznab = (r->>'torznab')::smallint, own_class = r->>'own_class', own_confidence = (r->>'own_confidence')::real
    FROM classifications s, result_of(s) AS r WHERE s.infohash = ANY (of_infohashes) AND c.infohash = s.infohash;
    UPDATE extractions e SET metadata = r->'metadata', technical = r->'technical', title = r->'uniform'->>'title',
        creator = r->'uniform'->>'creator', year = (r->'uniform'->>'year')::smallint
    FROM extractions s, result_of(s) AS r WHERE s.infohash = ANY (of_infohashes) AND e.infohash = s.infohash;
    UPDATE links l SET status = r->>'status', artist_mbid = (r->>'artist_mbid')::uuid, artist = r->>'artist',
        release_group_mbid = (r->>'release_group_mbid')::uuid, title = r->>'title'
    FROM links s, result_of(s) AS r
    WHERE s.infohash = ANY (of_infohashes) AND l.infohash = s.infohash AND l.extraction_id = s.extraction_id;
$$;

CREATE OR REPLACE VIEW own_classes AS
SELECT encode(t.infohash, 'hex') AS infohash, t.name, c.own_class, c.own_confidence, c.medium, c.subcategory, c.nsfw,
       t.size, t.num_files, c.seeders, t.leechers, c.observed_at, t.infohash AS infohash_bytes
FROM classifications c
JOIN torrents t USING (infohash)
WHERE c.own_class IS NOT NULL;
COMMENT ON VIEW own_classes IS 'Torrents that are of a class of the user''s own.';

DO $$
BEGIN
    GRANT SELECT ON classifications, own_classes TO mimmo_reader;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'mimmo_reader may not read the new view: ask a superuser for SELECT on own_classes';
END
$$;
