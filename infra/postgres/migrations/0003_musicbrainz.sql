-- What `python -m streams.musicbrainz import` read of the MusicBrainz JSON dumps.
CREATE SCHEMA musicbrainz;

CREATE TABLE musicbrainz.artist (
    mbid           uuid PRIMARY KEY,
    name           text NOT NULL,
    disambiguation text,
    type           text,
    country        text,
    aliases        text[] NOT NULL DEFAULT '{}'
);

CREATE TABLE musicbrainz.release_group (
    mbid            uuid PRIMARY KEY,
    title           text NOT NULL,
    artist_mbids    uuid[] NOT NULL,
    artist_credit   text,
    first_year      smallint,
    primary_type    text,
    secondary_types text[] NOT NULL DEFAULT '{}'
);

CREATE TABLE musicbrainz.import (
    imported_at    timestamptz NOT NULL DEFAULT now(),
    dump_date      date,
    index_version  text NOT NULL,
    artists        bigint NOT NULL,
    release_groups bigint NOT NULL
);
