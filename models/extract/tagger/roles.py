"""What the tagger tells apart. `noise` is everything else; the order is that of the network's
outputs.
"""

ROLES = ("creator", "title", "album", "episode_title", "year")
"""creator: artist or author · title: of the track, album, film, series or book · album: that a
track is on.
"""

TAGS = ("noise", *ROLES)
