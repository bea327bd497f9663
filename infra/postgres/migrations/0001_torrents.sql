-- Torrents and where they came from. File lists are arrays on the row, not a row a file.
CREATE TABLE provenance (
    id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source  text NOT NULL,
    origin  text NOT NULL,
    dataset text,
    UNIQUE NULLS NOT DISTINCT (source, origin, dataset)
);

CREATE TABLE torrents (
    infohash      bytea PRIMARY KEY CHECK (octet_length(infohash) = 20),
    name          text NOT NULL,
    size          bigint,
    num_files     integer,
    file_paths    text[],
    file_sizes    bigint[],
    created_at    timestamptz,
    observed_at   timestamptz NOT NULL,
    input_hash    bytea NOT NULL,
    provenance_id integer NOT NULL,
    meta_version  smallint,
    infohash_v2   bytea,
    flags         text[] NOT NULL DEFAULT '{}',
    seeders       integer,
    leechers      integer,
    completed     integer,
    swarm_seen_at timestamptz,
    search        tsvector GENERATED ALWAYS AS (to_tsvector('simple', translate(name, '._-+[](){}', '          '))) STORED
);
CREATE INDEX torrents_search ON torrents USING gin (search);

COMMENT ON TABLE torrents IS 'One row a torrent: its latest observed metadata. Unknown is NULL; an empty file list is {}.';
COMMENT ON COLUMN torrents.num_files IS 'True count; file_paths holds at most 2,000.';
