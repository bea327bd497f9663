-- What other installations had told of results, and what was done about it: a row a result that somebody had told. Nothing else
-- changes, and an installation that reuses nothing has no rows.

CREATE TABLE IF NOT EXISTS reused (
    recorded_at timestamptz NOT NULL DEFAULT now(),
    stage       stage NOT NULL,
    confidence  real NOT NULL,
    agreement   real NOT NULL,
    infohash    bytea NOT NULL CHECK (octet_length(infohash) = 20),
    result_id   bytea NOT NULL,
    decision    text NOT NULL,
    reason      text NOT NULL,
    nodes       bytea NOT NULL,
    PRIMARY KEY (infohash, result_id)
);
COMMENT ON TABLE reused IS 'Results of which other installations had told: whether the own model was asked all the same, and why.';
COMMENT ON COLUMN reused.decision IS 'reused: the answer is that of other nodes; recomputed: the own model was asked.';
COMMENT ON COLUMN reused.agreement IS 'The share of the nodes that answered which gave this answer.';
COMMENT ON COLUMN reused.nodes IS 'Public keys of the nodes that gave it, 32 bytes each.';

ALTER TABLE reused SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.02);

DO $$
BEGIN
    GRANT SELECT ON reused TO mimmo_reader;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'mimmo_reader may not read the new table: ask a superuser for SELECT on reused';
END
$$;
