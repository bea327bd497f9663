"""Names of an album without its artist: one phrase that no dash parts.

`Walking Through Snow (1987) [FLAC]` names no artist. A model that expects one takes the first word
for him, or all of them. So an artist in an unbroken phrase is believed only if his name is known.
"""

import re
from collections.abc import Callable, Mapping

from models.extract.evidence.claims import TAGGER, Claim
from models.extract.evidence.guard import find
from models.extract.names.words import EDGES, is_words, readable
from models.extract.rules.recordings.parts import bare_text, parts_of_name

RULE = "unbroken-title"
"""The rule by which an unbroken phrase is a title as a whole."""

YEAR_RULE = "known-year-title"
"""The rule by which a year behind an artist is the title of his album."""

_YEAR = r"(?:19|20)\d\d"
_ANY_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_LEADING_YEAR = re.compile(rf"^[\[(]?{_YEAR}[\])]?[\s._]+")
_YEAR_BEHIND = re.compile(rf"[\s._,]+{_YEAR}(?:\s.*)?$")
_PARTED = re.compile(
    rf"[-–—~:|/\\「『【＜<>+&,;_]|\.\s|\.\.|(?<!\d){_YEAR}(?!\d)|(?<![^\W_])(?:feat|ft|by|vs|with|live)(?![^\W_])",
    re.IGNORECASE,
)
"""What may part an artist from a title, or names two of them."""

_TIGHT_DASH = re.compile(r"[^\W\d_]-[^\W\d_]")
"""Between two words: a name of the scene, or one like it, or a word of two parts."""

_NUMBER = re.compile(r"(?:[IVX]{1,5}|\d{1,2})")
"""A title that only counts the albums called after their artist."""

_MOST_WORDS = 8

_SURE = 0.89
"""The tagger's confidence from which it is right about artists that no catalogue knows."""

_LIKELY = 0.7
"""Likewise in a phrase of many words, which seldom is a title alone."""

_FEW_WORDS = 3

_KNOWN = 0.9
"""The confidence of what the catalogue knows: one look-up in seven thousand hits by chance."""

_GOES_ON = frozenset(
    (
        *("of", "on", "in", "at", "to", "for", "from", "and", "the", "or"),
        *("de", "du", "des", "del", "et", "y", "e", "und", "der", "von", "и", "в", "на", "по"),
    )
)
"""In small letters, behind a capital: the phrase goes on, and no title begins."""


def phrase_of(name: str) -> str | None:
    """The phrase that a name is, without year and description. Returns None if it is none.

    >>> phrase_of("Walking Through Snow (1987) [FLAC]"), phrase_of("Ada Falk - Snow [FLAC]")
    ('Walking Through Snow', None)
    """
    text = _YEAR_BEHIND.sub("", _LEADING_YEAR.sub("", bare_text(name).strip()))
    if _TIGHT_DASH.search(name) or _PARTED.search(text):
        return None
    text = readable(text).strip(EDGES)
    if not is_words(text) or len(text.split()) > _MOST_WORDS:
        return None
    return text if find(text, name) is not None else None


def without_false_artist(
    claims: Mapping[str, Claim], name: str, is_artist: Callable[[str], bool]
) -> dict[str, Claim]:
    """Claims about an album, without an artist who is only a part of its title.

    Args:
        claims: field -> what is believed.
        name: the torrent's.
        is_artist: whether a text is the name of a known artist.
    """
    artist, title = claims.get("artist"), claims.get("album_name")
    settled = dict(claims)
    if artist is None or artist.source != TAGGER or (title and title.source != TAGGER):
        return settled
    phrase, written = phrase_of(name), str(artist.value)
    if phrase is None or find(written, phrase) is None:
        return settled
    # A phrase that is an artist as a whole stays one: of such names more are artists than titles.
    if phrase == written:
        return settled
    whole = Claim(phrase, f"rules:{RULE}", artist.confidence, RULE)
    is_self_titled = title is not None and _NUMBER.fullmatch(str(title.value)) is not None
    if _is_beside_title(phrase, artist, is_artist) and not is_self_titled:
        return settled
    if not is_self_titled:
        del settled["artist"]
    settled["album_name"] = whole
    return settled


def with_year_as_title(
    claims: Mapping[str, Claim], name: str, is_album: Callable[[str, str], bool]
) -> dict[str, Claim]:
    """Claims with the only year of `Artist - 1984 [FLAC]` as title, if that album is known.

    Args:
        claims: field -> what is believed.
        name: the torrent's.
        is_album: whether an artist has an album of a title.
    """
    settled = dict(claims)
    if "album_name" in claims or _ANY_YEAR.search(name) is None:
        return settled
    parts = parts_of_name(name)
    if len(parts) != 2 or len(_ANY_YEAR.findall(name)) != 1 or not _ANY_YEAR.fullmatch(parts[1]):
        return settled
    artist, title = parts
    if not is_album(artist, title):
        return settled
    settled.pop("year", None)
    start = name.index(title)
    span = (start, start + len(title))
    settled["album_name"] = Claim(title, f"rules:{YEAR_RULE}", _KNOWN, YEAR_RULE, span)
    settled.setdefault("artist", Claim(artist, f"rules:{YEAR_RULE}", _KNOWN, YEAR_RULE))
    return settled


def _is_beside_title(phrase: str, artist: Claim, is_artist: Callable[[str], bool]) -> bool:
    """Whether an artist begins a phrase and his title follows, or a known one ends it."""
    written = str(artist.value)
    if phrase.endswith(f" {written}"):  # `best of Artist`
        return is_artist(written)
    if not phrase.startswith(f"{written} "):
        return False
    behind = phrase[len(written) :].split()
    if written[0].isupper() and behind[0] in _GOES_ON:
        return False
    least = _SURE if len(phrase.split()) <= _FEW_WORDS else _LIKELY
    return artist.confidence >= least or is_artist(written)
