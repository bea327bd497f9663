-- Sort names, what tells homonyms apart, and MBIDs that were merged into others.
ALTER TABLE musicbrainz.artist ADD COLUMN sort_name text;
ALTER TABLE musicbrainz.release_group ADD COLUMN disambiguation text;

CREATE TABLE musicbrainz.redirect (
    mbid     uuid PRIMARY KEY,
    new_mbid uuid NOT NULL
);
