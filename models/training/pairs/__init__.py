"""Pairs of names of MusicBrainz: of one artist or album, and of others whose names are near."""
