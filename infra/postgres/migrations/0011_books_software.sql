-- What applications read of books and of software; the fields of a class are in `metadata`.
CREATE OR REPLACE VIEW books AS
SELECT encode(t.infohash, 'hex') AS infohash, t.name, c.subcategory, e.creator AS author, e.title, e.year,
       e.metadata->>'series' AS series, e.metadata->>'series_number' AS series_number, e.metadata->>'volume' AS volume,
       e.metadata->>'issue' AS issue, e.metadata->>'issue_date' AS issue_date, e.metadata->>'isbn' AS isbn,
       e.metadata, e.technical, t.size, t.num_files, c.seeders, t.leechers, c.observed_at, c.nsfw, t.infohash AS infohash_bytes
FROM classifications c
JOIN torrents t USING (infohash)
LEFT JOIN extractions e USING (infohash)
WHERE c.medium = 'book';

CREATE OR REPLACE VIEW software AS
SELECT encode(t.infohash, 'hex') AS infohash, t.name, c.subcategory, e.title, e.year,
       e.metadata->>'version' AS version, e.metadata->>'edition' AS edition,
       ARRAY(SELECT jsonb_array_elements_text(e.metadata->'platforms')) AS platforms,
       e.metadata, e.technical, t.size, t.num_files, c.seeders, t.leechers, c.observed_at, c.nsfw, t.infohash AS infohash_bytes
FROM classifications c
JOIN torrents t USING (infohash)
LEFT JOIN extractions e USING (infohash)
WHERE c.medium = 'software';

DO $$
BEGIN
    GRANT SELECT ON books, software TO mimmo_reader;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'mimmo_reader may not read the new views: ask a superuser for SELECT on books and software';
END
$$;

COMMENT ON TABLE llm_answers IS 'What a GGUF model said once; never asked again. prompt_hash names model revision, prompt version and input, and the model where a user added it.';
