-- Which revisions history holds, so that `activate` need not read all of it to know. Written together with history.
CREATE TABLE IF NOT EXISTS revisions (
    stage    stage,
    method   method,
    revision smallint,
    PRIMARY KEY (stage, method, revision)
);
INSERT INTO revisions SELECT DISTINCT stage, method, revision FROM history ON CONFLICT DO NOTHING;
