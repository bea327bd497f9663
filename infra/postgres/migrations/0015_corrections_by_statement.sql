-- Rows that are written for the first time are corrected once a statement and not once a row: nearly none of them has a
-- correction, and to ask for each was an eighth of what writing cost.
CREATE OR REPLACE FUNCTION correct_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    known bytea[];
BEGIN
    SELECT array_agg(DISTINCT infohash) INTO known FROM written JOIN corrections USING (infohash);
    IF known IS NOT NULL THEN
        PERFORM correct_again(known);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION correct_written IS 'Corrects the rows that a statement inserted: it writes them again, which the row triggers see.';

DROP TRIGGER IF EXISTS corrected ON classifications;
CREATE TRIGGER corrected BEFORE UPDATE OF medium, subcategory, nsfw, torznab ON classifications
    FOR EACH ROW EXECUTE FUNCTION correct_classification();
DROP TRIGGER IF EXISTS corrected ON extractions;
CREATE TRIGGER corrected BEFORE UPDATE OF metadata, technical, title, creator, year ON extractions
    FOR EACH ROW EXECUTE FUNCTION correct_extraction();
DROP TRIGGER IF EXISTS corrected ON links;
CREATE TRIGGER corrected BEFORE UPDATE OF status, artist_mbid, artist, release_group_mbid, title ON links
    FOR EACH ROW EXECUTE FUNCTION correct_link();

DROP TRIGGER IF EXISTS corrected_when_new ON classifications;
CREATE TRIGGER corrected_when_new AFTER INSERT ON classifications REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION correct_written();
DROP TRIGGER IF EXISTS corrected_when_new ON extractions;
CREATE TRIGGER corrected_when_new AFTER INSERT ON extractions REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION correct_written();
DROP TRIGGER IF EXISTS corrected_when_new ON links;
CREATE TRIGGER corrected_when_new AFTER INSERT ON links REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION correct_written();
