"""A small MusicBrainz of invented artists: `make` writes the dumps that lie beside it."""
