"""MusicBrainz dumps into the match index and Postgres: `python -m streams.musicbrainz import`."""
