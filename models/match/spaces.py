"""What the keys of the index are keys of, and which file holds them."""

from typing import NamedTuple


class Space(NamedTuple):
    """One kind of key."""

    letter: str
    """Hashed with the key, so that it is part of the format."""
    file: str
    """The file that holds the keys; kinds that cannot clash share one."""


NAME = Space("n", "names")
ALIAS = Space("l", "names")
"""Aliases, and sort names."""
CREDIT = Space("c", "names")
"""What an artist is credited as, and whole joint credits."""
ARTIST_MBID = Space("m", "names")
GROUP_MBID = Space("g", "names")
TITLE = Space("T", "titles")
"""A title, whoever's."""
TITLE_OF_ARTIST = Space("t", "titles")
"""A title of one artist, whose number is hashed behind the letter."""
WORD_PAIR = Space("p", "pairs")
"""A word of the artist with a word of the title."""
ONE_LETTER_OFF = Space("d", "near")
"""A name with one letter left out."""

FILES = ("names", "titles", "pairs", "near")
"""Every file of keys."""
