"""What the names of a torrent's audio files agree on, so that it speaks for all of them.

In `01 - Ember.flac`, `02 - Ash.flac` neither a number nor a title is the artist; in
`01 - Aurora Vale - Ember.flac`, `02 - Aurora Vale - Ash.flac` both files name her.
"""

import re
from collections.abc import Sequence

from models.extract.names.endings import AUDIO
from models.extract.names.words import EDGES
from models.extract.rules.listing import playable
from schemas import TorrentFile

_NUMBER = re.compile(r"[\[(]?(?:\d{1,2}[-.])?\d{1,3}[\])]?(?:[-._ ]+|$)")
_SPACE = re.compile(r"[\s._]+")
_MOST_FILES = 500


def agrees(text: str, files: Sequence[TorrentFile]) -> bool:
    """Whether all audio files have a text in their names, or most begin with it and a dash.

    A text without a letter is the number of a track.

    Args:
        text: what the name of one of the files says.
        files: those of the torrent.
    """
    if not any(letter.isalpha() for letter in text):
        return False
    wanted = _plain(text)
    stems = [_plain(path.stem) for path in playable(files, AUDIO)[:_MOST_FILES]]
    if all(wanted in stem for stem in stems):
        return True
    return 2 * sum(_begins(stem, wanted) for stem in stems) > len(stems)


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text.casefold()).strip(EDGES)


def _begins(stem: str, wanted: str) -> bool:
    """Whether a name begins with a text and a dash, maybe behind the number of a track."""
    number = _NUMBER.match(stem)
    starts = {0, number.end() if number is not None else 0}
    return any(
        stem.startswith(wanted, start) and stem[start + len(wanted) :].lstrip().startswith("-")
        for start in starts
    )
