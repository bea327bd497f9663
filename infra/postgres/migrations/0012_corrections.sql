-- What people say of results. The table only grows: a correction is taken back by a later one. What stands is shown in the very
-- rows of the current results, so that every index, view, count and search has it; what the model said stays beside it, in
-- `machine`, and `history` shows that. The file may run again.

CREATE TABLE IF NOT EXISTS corrections (
    observed_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    stage       stage NOT NULL,
    method      method,
    revision    smallint,
    id          bytea PRIMARY KEY,
    infohash    bytea NOT NULL CHECK (octet_length(infohash) = 20),
    field       text NOT NULL,
    place       text NOT NULL CHECK (place IN ('class', 'uniform', 'metadata', 'technical', 'link')),
    verdict     text NOT NULL CHECK (verdict IN ('wrong', 'right', 'value', 'withdrawn')),
    value       jsonb CHECK ((value IS NOT NULL) = (verdict = 'value')),
    result_id   bytea,
    input_hash  bytea,
    model       text,
    rule        text,
    said        jsonb,
    subcategory text,
    reporter    text NOT NULL,
    revokes     bytea CHECK ((revokes IS NOT NULL) = (verdict = 'withdrawn'))
);
CREATE INDEX IF NOT EXISTS corrections_of_torrent ON corrections (infohash, stage, field);
CREATE INDEX IF NOT EXISTS corrections_revokes ON corrections (revokes) WHERE revokes IS NOT NULL;
CREATE INDEX IF NOT EXISTS corrections_newest ON corrections (observed_at DESC, id);

COMMENT ON TABLE corrections IS 'What people said of results, for ever. The view standing_corrections leaves out what was taken back.';
COMMENT ON COLUMN corrections.place IS 'Where the field is kept: in the class, in a column (uniform), in metadata or technical, in the link.';
COMMENT ON COLUMN corrections.said IS 'What the result said when it was looked at; NULL: nothing.';
COMMENT ON COLUMN corrections.result_id IS 'The result that was looked at, and with it input_hash, revision, method, model and rule.';

-- Rows that only grow cannot be written over by a slip of the finger.
CREATE OR REPLACE FUNCTION corrections_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'corrections are only added; take one back with a correction that revokes it';
END
$$;
DROP TRIGGER IF EXISTS only_grow ON corrections;
CREATE TRIGGER only_grow BEFORE UPDATE OR DELETE ON corrections FOR EACH ROW EXECUTE FUNCTION corrections_only_grow();

ALTER TABLE classifications ADD COLUMN IF NOT EXISTS machine jsonb;
ALTER TABLE extractions ADD COLUMN IF NOT EXISTS machine jsonb;
ALTER TABLE links ADD COLUMN IF NOT EXISTS machine jsonb;
COMMENT ON COLUMN classifications.machine IS 'What the model said of columns that a correction changed; NULL: nothing is corrected.';
COMMENT ON COLUMN extractions.machine IS 'What the model said of columns that a correction changed; NULL: nothing is corrected.';
COMMENT ON COLUMN links.machine IS 'What the model said of columns that a correction changed; NULL: nothing is corrected.';

-- 1. What stands.

CREATE OR REPLACE VIEW standing_corrections AS
SELECT c.*
FROM corrections c
WHERE c.verdict <> 'withdrawn'
    AND NOT EXISTS (SELECT FROM corrections later WHERE later.revokes = c.id AND later.infohash = c.infohash);
COMMENT ON VIEW standing_corrections IS 'Corrections that nobody took back.';

-- Of several values the latest counts, and so does the latest word that the model is right after all. "Wrong" alone moves no value.
CREATE OR REPLACE VIEW right_values AS
SELECT * FROM (
    SELECT DISTINCT ON (infohash, stage, field) *
    FROM standing_corrections
    WHERE verdict IN ('value', 'right')
    ORDER BY infohash, stage, field, observed_at DESC, id DESC
) AS latest
WHERE verdict = 'value';
COMMENT ON VIEW right_values IS 'The right value of a field, where a person gave one that stands.';

-- 2. Names and numbers that the contracts have too; tests hold both to each other.

CREATE OR REPLACE FUNCTION torznab_of(subcategory text, nsfw boolean) RETURNS smallint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN nsfw THEN 6000 ELSE CASE subcategory
        WHEN 'audiobook' THEN 3030 WHEN 'audio_other' THEN 3050 WHEN 'music_video' THEN 3020
        WHEN 'track' THEN 3000 WHEN 'album' THEN 3000 WHEN 'collection' THEN 3000
        WHEN 'movie' THEN 2000 WHEN 'episode' THEN 5000 WHEN 'season' THEN 5000 WHEN 'series' THEN 5000
        WHEN 'video_other' THEN 8000 WHEN 'application' THEN 4000 WHEN 'game' THEN 4050 WHEN 'software_other' THEN 4000
        WHEN 'ebook' THEN 7020 WHEN 'comic' THEN 7030 WHEN 'magazine' THEN 7010 WHEN 'book_other' THEN 7050
        ELSE 8010 END END::smallint
$$;
COMMENT ON FUNCTION torznab_of IS 'The Torznab category of a class.';

CREATE OR REPLACE FUNCTION own_field(subcategory text, field text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE field
        WHEN 'title' THEN CASE
            WHEN subcategory = 'track' THEN 'track_name' WHEN subcategory = 'album' THEN 'album_name'
            WHEN subcategory = 'collection' THEN 'collection_name'
            WHEN subcategory IN ('episode', 'season', 'series') THEN 'series_title' ELSE 'title' END
        WHEN 'creator' THEN CASE
            WHEN subcategory IN ('track', 'album', 'audio_other', 'music_video') THEN 'artist'
            WHEN subcategory = 'collection' THEN 'artists'
            WHEN subcategory IN ('audiobook', 'ebook', 'comic', 'magazine', 'book_other') THEN 'author' END
        ELSE field END
$$;
COMMENT ON FUNCTION own_field IS 'What a subcategory calls its title and its creator; NULL: it has no creator.';

-- 3. What the model said, whatever is shown.

CREATE OR REPLACE FUNCTION result_of(c classifications) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object('medium', c.medium, 'subcategory', c.subcategory, 'nsfw', c.nsfw,
        'confidence', c.confidence, 'source', c.source, 'rule', c.rule, 'torznab', c.torznab,
        'why', coalesce(c.why, '{}')) || coalesce(c.machine, '{}'))
$$;
CREATE OR REPLACE FUNCTION result_of(e extractions) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('metadata', coalesce(e.machine->'metadata', e.metadata),
        'technical', coalesce(e.machine->'technical', e.technical), 'llm', e.llm, 'evidence', full_evidence(e.evidence),
        'uniform', coalesce(e.machine->'uniform',
            jsonb_strip_nulls(jsonb_build_object('title', e.title, 'creator', e.creator, 'year', e.year))))
$$;
CREATE OR REPLACE FUNCTION result_of(l links) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object('status', l.status, 'artist_mbid', l.artist_mbid, 'artist', l.artist,
        'release_group_mbid', l.release_group_mbid, 'title', l.title, 'score', l.score, 'margin', l.margin,
        'why', l.why, 'candidates', coalesce(l.candidates, '[]')) || coalesce(l.machine, '{}'))
$$;

CREATE OR REPLACE FUNCTION said_of(of_infohash bytea, of_place text, of_field text) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT nullif(CASE of_place
        WHEN 'class' THEN (
            SELECT CASE of_field WHEN 'adult' THEN r->'nsfw'
                ELSE to_jsonb((r->>'medium') || '/' || (r->>'subcategory')) END
            FROM classifications c, result_of(c) AS r WHERE c.infohash = of_infohash)
        WHEN 'link' THEN (
            SELECT to_jsonb(coalesce('release-group/' || (r->>'release_group_mbid'), 'artist/' || (r->>'artist_mbid'), 'none'))
            FROM extractions e JOIN links l ON l.infohash = e.infohash AND l.extraction_id = e.result_id, result_of(l) AS r
            WHERE e.infohash = of_infohash)
        ELSE (SELECT r->of_place->of_field FROM extractions e, result_of(e) AS r WHERE e.infohash = of_infohash)
    END, 'null')
$$;
COMMENT ON FUNCTION said_of IS 'What the current result of the models says of a field, whatever is shown; NULL: nothing.';

-- 4. What is shown. A row is corrected when it is written, whoever writes it: store, reprocessing, or another revision made active.

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
    NEW.medium := coalesce(split_part(right_medium #>> '{}', '/', 1), NEW.medium);
    NEW.subcategory := coalesce(split_part(right_medium #>> '{}', '/', 2), NEW.subcategory);
    NEW.nsfw := coalesce(right_adult::boolean, NEW.nsfw);
    NEW.torznab := torznab_of(NEW.subcategory, NEW.nsfw);
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION correct_extraction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said      jsonb;
    corrected right_values;
    own       text;
BEGIN
    NEW.machine := NULL;
    IF NOT EXISTS (SELECT FROM corrections WHERE infohash = NEW.infohash AND stage = 'extract') THEN
        RETURN NEW;
    END IF;
    said := jsonb_build_object('metadata', NEW.metadata, 'technical', NEW.technical, 'uniform',
        jsonb_strip_nulls(jsonb_build_object('title', NEW.title, 'creator', NEW.creator, 'year', NEW.year)));
    FOR corrected IN SELECT * FROM right_values WHERE infohash = NEW.infohash AND stage = 'extract' LOOP
        NEW.machine := said;
        own := own_field(NEW.subcategory, corrected.field);
        IF corrected.place = 'technical' THEN
            NEW.technical := NEW.technical || jsonb_build_object(corrected.field, corrected.value);
        ELSIF own IS NOT NULL THEN
            NEW.metadata := NEW.metadata || jsonb_build_object(own,
                CASE WHEN own = 'artists' AND jsonb_typeof(corrected.value) <> 'array'
                    THEN jsonb_build_array(corrected.value) ELSE corrected.value END);
        END IF;
        IF corrected.place = 'uniform' THEN
            CASE corrected.field
                WHEN 'title' THEN NEW.title := corrected.value #>> '{}';
                WHEN 'creator' THEN NEW.creator := corrected.value #>> '{}';
                ELSE NEW.year := (corrected.value #>> '{}')::smallint;
            END CASE;
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION correct_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    linked      text;
    linked_mbid uuid;
    chosen      jsonb;
BEGIN
    NEW.machine := NULL;
    IF NOT EXISTS (SELECT FROM corrections WHERE infohash = NEW.infohash AND stage = 'match') THEN
        RETURN NEW;
    END IF;
    SELECT value #>> '{}' INTO linked FROM right_values WHERE infohash = NEW.infohash AND stage = 'match' AND field = 'link';
    IF linked IS NULL THEN
        RETURN NEW;
    END IF;
    NEW.machine := jsonb_build_object('status', NEW.status, 'artist_mbid', NEW.artist_mbid, 'artist', NEW.artist,
        'release_group_mbid', NEW.release_group_mbid, 'title', NEW.title);
    linked_mbid := nullif(split_part(linked, '/', 2), '')::uuid;
    NEW.status := CASE linked WHEN 'none' THEN 'none' ELSE 'exact' END;
    NEW.artist_mbid := NULL;
    NEW.artist := NULL;
    NEW.release_group_mbid := NULL;
    NEW.title := NULL;
    IF linked LIKE 'artist/%' THEN
        SELECT name INTO NEW.artist FROM musicbrainz.artist a WHERE a.mbid = linked_mbid;
        NEW.artist_mbid := linked_mbid;
    ELSIF linked_mbid IS NOT NULL THEN
        -- Its title and artist are those of the catalogue, or of the candidate that it was.
        SELECT jsonb_build_object('title', g.title, 'artist', g.artist_credit, 'artist_mbid', g.artist_mbids[1]) INTO chosen
        FROM musicbrainz.release_group g WHERE g.mbid = linked_mbid;
        SELECT coalesce(chosen, candidate) INTO chosen
        FROM (SELECT 1) AS always LEFT JOIN LATERAL (
            SELECT candidate FROM jsonb_array_elements(NEW.candidates::jsonb) AS candidate
            WHERE candidate->>'release_group_mbid' = linked_mbid::text LIMIT 1) AS considered ON true;
        NEW.release_group_mbid := linked_mbid;
        NEW.title := chosen->>'title';
        NEW.artist := chosen->>'artist';
        NEW.artist_mbid := (chosen->>'artist_mbid')::uuid;
    END IF;
    RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS corrected ON classifications;
CREATE TRIGGER corrected BEFORE INSERT OR UPDATE OF medium, subcategory, nsfw, torznab ON classifications
    FOR EACH ROW EXECUTE FUNCTION correct_classification();
DROP TRIGGER IF EXISTS corrected ON extractions;
CREATE TRIGGER corrected BEFORE INSERT OR UPDATE OF metadata, technical, title, creator, year ON extractions
    FOR EACH ROW EXECUTE FUNCTION correct_extraction();
DROP TRIGGER IF EXISTS corrected ON links;
CREATE TRIGGER corrected BEFORE INSERT OR UPDATE OF status, artist_mbid, artist, release_group_mbid, title ON links
    FOR EACH ROW EXECUTE FUNCTION correct_link();

-- The rows of some torrents again as the models said them; writing them corrects them anew.
CREATE OR REPLACE FUNCTION correct_again(of_infohashes bytea[]) RETURNS void LANGUAGE sql AS $$
    UPDATE classifications c SET medium = r->>'medium', subcategory = r->>'subcategory', nsfw = (r->>'nsfw')::boolean,
        torznab = (r->>'torznab')::smallint
    FROM classifications s, result_of(s) AS r WHERE s.infohash = ANY (of_infohashes) AND c.infohash = s.infohash;
    UPDATE extractions e SET metadata = r->'metadata', technical = r->'technical', title = r->'uniform'->>'title',
        creator = r->'uniform'->>'creator', year = (r->'uniform'->>'year')::smallint
    FROM extractions s, result_of(s) AS r WHERE s.infohash = ANY (of_infohashes) AND e.infohash = s.infohash;
    UPDATE links l SET status = r->>'status', artist_mbid = (r->>'artist_mbid')::uuid, artist = r->>'artist',
        release_group_mbid = (r->>'release_group_mbid')::uuid, title = r->>'title'
    FROM links s, result_of(s) AS r
    WHERE s.infohash = ANY (of_infohashes) AND l.infohash = s.infohash AND l.extraction_id = s.extraction_id;
$$;
COMMENT ON FUNCTION correct_again IS 'Shows what stands, after a correction of these torrents was written.';

-- 5. What applications read.

-- A row for each field that a person corrected or doubts: what is shown, what the model says beside it, and who says otherwise.
CREATE OR REPLACE VIEW corrected AS
SELECT encode(latest.infohash, 'hex') AS infohash, latest.stage, latest.field, latest.place, latest.verdict,
       shown.value, now.said AS machine, latest.said AS said_then,
       shown.value IS NOT NULL AND shown.value = now.said AS machine_agrees,
       latest.input_hash IS NOT NULL AND latest.input_hash IS DISTINCT FROM CASE latest.stage
           WHEN 'classify' THEN (SELECT c.input_hash FROM classifications c WHERE c.infohash = latest.infohash)
           WHEN 'extract' THEN (SELECT e.input_hash FROM extractions e WHERE e.infohash = latest.infohash)
           ELSE (SELECT l.input_hash FROM extractions e JOIN links l ON l.infohash = e.infohash AND l.extraction_id = e.result_id
                 WHERE e.infohash = latest.infohash) END AS torrent_changed,
       encode(latest.id, 'hex') AS id, latest.reporter, latest.observed_at, latest.model, latest.rule, latest.revision,
       latest.infohash AS infohash_bytes
FROM (
    SELECT DISTINCT ON (infohash, stage, field) *
    FROM standing_corrections
    ORDER BY infohash, stage, field, verdict = 'wrong', observed_at DESC, id DESC
) AS latest
LEFT JOIN LATERAL (SELECT latest.value WHERE latest.verdict = 'value') AS shown ON true
CROSS JOIN LATERAL (SELECT said_of(latest.infohash, latest.place, latest.field) AS said) AS now;
COMMENT ON VIEW corrected IS 'Each field that a person corrected, with the value that is shown and what the models say beside it.';
COMMENT ON COLUMN corrected.value IS 'The right value, which is shown; NULL: none was given, or the model was said to be right.';
COMMENT ON COLUMN corrected.machine IS 'What the models say now.';
COMMENT ON COLUMN corrected.torrent_changed IS 'The models have read another input since: other files or another name. The value holds.';

-- How often each model and rule was wrong. One person counts once for a field of a torrent.
CREATE OR REPLACE VIEW correction_counts AS
SELECT stage, model, revision, method, rule, field,
       count(*) FILTER (WHERE is_wrong) AS wrong, count(*) FILTER (WHERE NOT is_wrong) AS "right"
FROM (
    SELECT DISTINCT ON (infohash, stage, field, reporter, result_id) stage, model, revision, method, rule, field,
           verdict = 'wrong' OR verdict = 'value' AND value IS DISTINCT FROM said AS is_wrong
    FROM standing_corrections
    WHERE model IS NOT NULL
    ORDER BY infohash, stage, field, reporter, result_id, observed_at DESC, id DESC
) AS words
GROUP BY stage, model, revision, method, rule, field;
COMMENT ON VIEW correction_counts IS 'By model, revision, rule and field: how often people said wrong, and how often right.';

DO $$
BEGIN
    GRANT SELECT ON corrections, standing_corrections, right_values, corrected, correction_counts TO mimmo_reader;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'mimmo_reader may not read the new tables: ask a superuser for SELECT on corrections and the views of it';
END
$$;
