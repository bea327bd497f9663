"""What the tagger tells apart, in the order of the network's outputs."""

ROLES = ("creator", "title", "album", "episode_title", "year")
"""The fields of a name.

- creator: artist or author
- title: of the track, album, film, series or book
- album: the one that a track is on
"""

TAGS = ("noise", *ROLES)
"""The roles, and `noise` for everything else."""
