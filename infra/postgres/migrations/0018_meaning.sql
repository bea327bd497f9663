-- What works mean, for a search by meaning: a vector a torrent, and an index of nearest neighbours. It needs pgvector 0.8. A server
-- without it has everything else; `python -m infra.postgres migrate` asks again each time, and says what to install.

CREATE OR REPLACE FUNCTION enable_search_by_meaning() RETURNS text LANGUAGE plpgsql AS $enable$
BEGIN
    IF EXISTS (SELECT FROM pg_attribute
               WHERE attrelid = to_regclass('public.embeddings') AND attname = 'vector' AND NOT attisdropped) THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector') THEN
        RETURN 'install pgvector 0.8 or later on the server (a package such as postgresql-17-pgvector)';
    END IF;
    BEGIN
        CREATE EXTENSION IF NOT EXISTS vector;
    EXCEPTION WHEN insufficient_privilege THEN
        RETURN 'ask a superuser for CREATE EXTENSION vector in this database';
    END;
    IF (SELECT regexp_match(extversion, '^(\d+)\.(\d+)')::integer[] < '{0,8}' FROM pg_extension WHERE extname = 'vector') THEN
        RETURN 'update pgvector to 0.8 or later, and ask a superuser for ALTER EXTENSION vector UPDATE';
    END IF;

    -- DROP EXTENSION vector CASCADE takes the column, and leaves a table of ours that holds nothing.
    IF EXISTS (SELECT FROM pg_attribute
               WHERE attrelid = to_regclass('public.embeddings') AND attname = 'extraction_revision') THEN
        DROP TABLE public.embeddings;
    END IF;
    CREATE TABLE public.embeddings (
        observed_at         timestamptz NOT NULL,
        recorded_at         timestamptz NOT NULL DEFAULT now(),
        model_id            integer NOT NULL,
        revision            smallint NOT NULL,
        extraction_revision smallint NOT NULL,
        method              method NOT NULL,
        infohash            bytea PRIMARY KEY CHECK (octet_length(infohash) = 20),
        extraction_id       bytea NOT NULL,
        input_hash          bytea NOT NULL,
        vector              halfvec(384)
    );
    COMMENT ON TABLE public.embeddings IS 'What the work of a torrent means: of the extraction that was seen last, by the role embed.';
    COMMENT ON COLUMN public.embeddings.vector IS 'Of length 1; only those of one model and revision are to be compared. NULL: nothing was said.';
    COMMENT ON COLUMN public.embeddings.input_hash IS 'Names the text that was read: torrents of one work have the same.';

    -- What pgvector takes by default; the figures of docs/search-by-meaning.md were measured with it.
    CREATE INDEX embeddings_by_meaning ON public.embeddings USING hnsw (vector halfvec_cosine_ops)
        WITH (m = 16, ef_construction = 64);

    -- The ranks of both searches are added as 1 / (60 + rank): Cormack, Clarke and Büttcher, Reciprocal Rank Fusion, SIGIR 2009.
    CREATE OR REPLACE FUNCTION public.search_by_meaning(meaning halfvec, network integer, words text DEFAULT '', most integer DEFAULT 50)
    RETURNS TABLE (infohash text, name text, medium text, subcategory text, title text, creator text, year integer,
                   nsfw boolean, likeness real, score real)
    LANGUAGE sql STABLE SET hnsw.ef_search = 200 SET hnsw.iterative_scan = strict_order AS $search$
        WITH near AS (
            SELECT v.infohash, row_number() OVER (ORDER BY v.distance, v.infohash) AS place
            FROM (SELECT e.infohash, e.vector <=> meaning AS distance FROM embeddings e WHERE e.revision = network
                  ORDER BY e.vector <=> meaning LIMIT 100) AS v
        ), named AS (
            SELECT n.infohash, row_number() OVER (ORDER BY n.seeders DESC, n.infohash) AS place
            FROM (SELECT t.infohash, coalesce(c.seeders, -1) AS seeders
                  FROM torrents t JOIN classifications c ON c.infohash = t.infohash
                  WHERE to_tsvector('simple', translate(t.name, '._-+[](){}', '          '))
                      @@ websearch_to_tsquery('simple', words)
                  ORDER BY 2 DESC LIMIT 100) AS n
        ), fused AS (
            SELECT b.infohash, sum(1.0 / (60 + b.place)) AS score
            FROM (SELECT * FROM near UNION ALL SELECT * FROM named) AS b GROUP BY b.infohash
        )
        SELECT r.infohash, r.name, r.medium, r.subcategory, r.title, r.creator, r.year, r.nsfw,
               (1 - (e.vector <=> meaning))::real, f.score::real
        FROM fused f
        JOIN releases r ON r.infohash_bytes = f.infohash
        LEFT JOIN embeddings e ON e.infohash = f.infohash AND e.revision = network
        ORDER BY f.score DESC, f.infohash LIMIT most
    $search$;
    COMMENT ON FUNCTION public.search_by_meaning IS 'Torrents that mean what a vector of that revision of the network does, and those that have words in their names: 100 of each at most.';

    CREATE OR REPLACE FUNCTION public.torrents_like(torrent text, most integer DEFAULT 50)
    RETURNS TABLE (infohash text, name text, medium text, subcategory text, title text, creator text, year integer,
                   nsfw boolean, likeness real)
    LANGUAGE sql STABLE AS $like$
        SELECT s.infohash, s.name, s.medium, s.subcategory, s.title, s.creator, s.year, s.nsfw, s.likeness
        FROM embeddings e, search_by_meaning(e.vector, e.revision, '', most + 1) s
        WHERE e.infohash = decode(torrent, 'hex') AND e.vector IS NOT NULL AND s.infohash <> lower(torrent)
        ORDER BY s.likeness DESC LIMIT most
    $like$;
    COMMENT ON FUNCTION public.torrents_like IS 'Torrents whose works are like that of a torrent, which is named by its infohash: 99 at most.';

    BEGIN
        GRANT SELECT ON public.embeddings TO mimmo_reader;
    EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
        RAISE NOTICE 'mimmo_reader may not read the new table: ask a superuser for SELECT on embeddings';
    END;
    RETURN NULL;
-- Whatever pgvector does, nothing but this search waits for it.
EXCEPTION WHEN OTHERS THEN
    RETURN 'mend what the server says (' || SQLERRM || ')';
END
$enable$;
COMMENT ON FUNCTION enable_search_by_meaning IS 'Makes what a search by meaning needs. NULL: it is there; else what is missing.';

SELECT enable_search_by_meaning();
