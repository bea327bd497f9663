"""What a source itself says of a torrent's content: its category, and ids of other catalogues."""

from typing import Annotated

from pydantic import StringConstraints

from schemas.base import Contract, Count, Text

ImdbId = Annotated[str, StringConstraints(pattern=r"^tt[0-9]{5,12}$")]
"""An identifier of IMDb, as in the address of a title's page."""


class Hints(Contract):
    """A source's own words about a torrent; never the reason of a label.

    They are published, stored and shown, so that people can search by them and compare them with
    the classifier's answer.
    """

    category: Text | None = None
    """The source's category in its own words, such as `movies_x264_720`."""

    imdb: ImdbId | None = None

    tmdb: Count | None = None
    """A number of The Movie Database."""

    tvdb: Count | None = None
    """A number of TheTVDB."""
