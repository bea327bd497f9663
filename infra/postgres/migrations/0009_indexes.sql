-- An index for every query that the README shows and for every count that `streams.status` makes.

-- "Best seeded first", of everything or of one view: the scan is in the order that is asked for and the other tables are
-- joined by primary key until the limit is reached, so nothing is sorted.
CREATE INDEX IF NOT EXISTS torrents_seeders ON torrents (seeders DESC NULLS LAST);

-- These are small: they hold only the rows that are counted or listed.
CREATE INDEX IF NOT EXISTS extractions_over_budget ON extractions (infohash) WHERE llm = 'over_budget' AND method <> 'llm';
CREATE INDEX IF NOT EXISTS extractions_by_llm ON extractions (infohash) WHERE method = 'llm';
CREATE INDEX IF NOT EXISTS dead_letters_redriven ON dead_letters (redriven_at) WHERE redriven_at IS NOT NULL;

-- A handful of values, stored once each with a list of rows.
CREATE INDEX IF NOT EXISTS links_status ON links (status);
