"""Creator and title of audio names, where the name splits without doubt."""

import re
from typing import NamedTuple

from models.extract.evidence.guard import alike
from models.extract.names.decoration import after_decoration
from models.extract.names.endings import without_extension
from models.extract.names.words import is_words, readable
from models.extract.rules.books.persons import names_persons
from models.extract.rules.recordings import compilation, scene_names
from models.extract.rules.recordings.musicians import may_play
from models.extract.rules.recordings.parts import (
    DASH,
    has_year,
    parts_of_name,
    without_brackets,
    words_among,
)
from models.extract.rules.years import YEAR_AND_MORE, YEAR_IN_BRACKETS
from schemas import Subcategory

SOUNDTRACK = "soundtrack"
"""The rule by which a film's name and `Original Soundtrack` are one title.

That is how readers label them: 32 of 34 names.
"""

FILM_FIRST = "soundtrack-composer"
"""The rule that reads who composed a soundtrack behind the name of the film."""

DISCOGRAPHY_OF = "discography-of"
"""The rule that reads the artist behind a discography."""

_ARTIST_TITLE = "artist-title"
_ARTIST_COLLECTION = "artist-collection"
_AUTHOR_TITLE = "author-title"
_NUMBERED_TRACK = "number-artist-title"

_YEARS_RANGE = re.compile(r"[\[(]?\b(?:19|20)\d\d\s*[-–]\s*(?:19|20)?\d\d\b[\])]?")
_COLLECTION_WORDS = re.compile(
    r"\b(?:discography|discografia|дискография"
    r"|complete (?:works|collection|studio albums?)|collection|anthology|box ?set"
    r"|the best of|greatest hits)\b.*$",
    re.IGNORECASE,
)
_SOUNDTRACK = re.compile(
    r"(?:^(?:(?:the|original|official|complete|perfect|definitive|full|motion|picture|movie|film"
    r"|tv|television|series|game|video)[ -])*"
    r"|[(\[][^()\[\]]*)\b(?:soundtracks?|ost)\b[^()\[\]]{0,24}[)\]]?$"
    r"|[(\[][^()\[\]]{0,40}\b(?:cast\s+recording"
    r"|music\s+from\b[^()\[\]]{0,40}\b(?:picture|film|movie|series))\b"
    r"[^()\[\]]{0,24}[)\]]$"
    r"|(?<=\w)[:,(\s]+(?:original\s+)?(?:music|songs|score)\s+(?:from|inspired\s+by|for)\s+(?:and\s+inspired\s+by\s+)?"
    r"(?:the|a)\s+(?:\w+\s+){0,4}(?:series|film|movie|motion\s+picture|show|game|play)\b[^()\[\]]{0,60}[)\]]?$",
    re.IGNORECASE,
)
"""A part that says nothing else, a bracket at its end, or `Music from the Series` behind it."""

_YEAR_BEHIND_BRACKET = re.compile(r"(?<=[)\]])\s+(?:19|20)\d\d$")

_FILM_FIRST = re.compile(
    r"\S\s+(?:[(\[][^()\[\]]*\b(?:soundtracks?|ost)\b[^()\[\]]{0,24}[)\]]"
    r"|(?:original\s+|motion\s+picture\s+)*(?:soundtrack|ost))$",
    re.IGNORECASE,
)
"""`Film (Original Soundtrack)` or `Film OST` as the first part: who composed it stands behind."""

_LEADING_DISCOGRAPHY = re.compile(
    r"^\s*(?:discograf[ií]a|discographie|discography|дискография)(?:\s+complet[ae])?[\s:]+"
    r"(?:(?:de|of|di|du)\s+)?(?=[^\W\d_])",
    re.IGNORECASE,
)
"""`Discografía de Artist`: the artist stands behind the word."""

_JAPANESE = re.compile(
    r"(?:^|[\s\]】])(?P<creator>[^\s「」『』\[\]【】]+)\s"
    r"(?:\d{1,2}(?:st|nd|rd|th)?)?(?:[^\s\d「」]{1,8})?(?:シングル|アルバム|single|album|EP)\s*"
    r"[「『](?P<title>[^」』]+)[」』]",
    re.IGNORECASE,
)
"""`Artist 9thシングル「Title」`, as Japanese releases are announced."""

_PATH = re.compile(
    r"^(?:.*/)?(?P<artist>[^/ ][^/]*)/(?P<album>[^/ ][^/]*)/(?:\d{1,2}[-.])?\d{1,3}[ ._-]+"
    r"(?P<track>[^/]+)\.(?:mp3|flac|m4a|ogg|opus|wv|ape|wav)$",
    re.IGNORECASE,
)
"""Artist/Album/01 - Track.flac: how taggers and players lay files out."""

_TRACK_NUMBER = re.compile(r"^\[?\d{1,3}\]?[-_. ]+(?=\S)")
_SCENE_TRACK = re.compile(
    r"(?P<artist>[^\s-]+)_?-_?(?P<title>[^\s-]+?)(?:-(?P<group>[a-z0-9]{2,8}))?"
)
"""`01-artist-title-grp`, behind its number: a dash inside of artist or title cannot be told."""

_NO_GROUP = frozenset(
    {"live", "remix", "edit", "intro", "outro", "acoustic", "demo", "reprise", "mix", "version"}
)

_LIVE_TITLE = re.compile(r"(?:recorded )?live (?:in concert$|(?:at|from) \S)", re.IGNORECASE)
"""A part that is a title wherever it stands; a band may be called `Live`."""


class Split(NamedTuple):
    """Creator and title of a name, and the rule that parted them."""

    rule: str
    creator: str | None
    title: str | None


def split(name: str, subcategory: Subcategory) -> Split | None:
    """Creator and title of an audio name. Returns None if it does not split in two."""
    if subcategory is Subcategory.AUDIOBOOK:
        return _pair(name, _AUTHOR_TITLE)
    if subcategory is Subcategory.COLLECTION:
        return _collection(name)
    if (path := _PATH.match(name)) is not None:
        title = path["track"] if subcategory is Subcategory.TRACK else path["album"]
        return Split("artist-album-track", readable(path["artist"]), readable(title))
    if subcategory is Subcategory.TRACK and (track := _numbered_track(name)) is not None:
        return track
    if (scene := scene_names.parted(name)) is not None:
        return Split(scene_names.RULE, scene.artist, scene.title)
    if (japanese := _JAPANESE.search(name)) is not None:
        creator, title = readable(japanese["creator"]), readable(japanese["title"])
        return Split("japanese-release", creator, title)
    if (various := compilation.split(name)) is not None:
        return Split(compilation.VARIOUS_TITLE, various.creator, various.title)
    return _pair(name, _ARTIST_TITLE)


def other_part(name: str, creator: str) -> str | None:
    """The title of `Creator - Title` or `Title - Creator`, where the creator is known."""
    parts = _pair(name, _AUTHOR_TITLE)
    if parts is None or parts.creator is None or parts.title is None:
        return None
    if alike(parts.creator, creator):
        return parts.title
    return parts.creator if alike(parts.title, creator) else None


def _numbered_track(name: str) -> Split | None:
    """`101-artist-title-grp`, `01_artist_-_title`, `01 - Artist - Title`."""
    stem = without_extension(name)
    number = _TRACK_NUMBER.match(stem)
    if number is None:
        return None
    text = stem[number.end() :]
    if " " in text:
        words = words_among(parts_of_name(text))
        return Split(_NUMBERED_TRACK, *words) if len(words) == 2 else None
    match = _SCENE_TRACK.fullmatch(text)
    if match is None:
        return None
    artist, title = readable(match["artist"]), readable(match["title"])
    if match["group"] in _NO_GROUP:
        title = f"{title}-{match['group']}"
    is_split = is_words(artist) and is_words(title) and not (artist + title).isdigit()
    return Split(_NUMBERED_TRACK, artist, title) if is_split else None


def _pair(name: str, rule: str) -> Split | None:
    """`Artist - Title`: exactly two parts once brackets, years and technical words are gone."""
    parts = parts_of_name(name)
    words = words_among(parts)
    words[-1:] = [_YEAR_BEHIND_BRACKET.sub("", word) for word in words[-1:]]
    if rule == _ARTIST_TITLE and words and _SOUNDTRACK.search(words[-1]):
        return _soundtrack(words)
    if (
        rule == _ARTIST_TITLE
        and len(words) == 2
        and _is_film_first(words[0], YEAR_AND_MORE.sub("", words[1]))
    ):
        return Split(FILM_FIRST, YEAR_AND_MORE.sub("", words[1]), words[0])
    if len(words) != 2:
        return None
    creator, title = words
    if rule == _ARTIST_TITLE and _LIVE_TITLE.match(creator) and not _LIVE_TITLE.match(title):
        creator, title = title, creator
    if not YEAR_IN_BRACKETS.search(name):
        title = YEAR_AND_MORE.sub("", title)
    return Split(
        "artist-year-title" if has_year(parts) and rule == _ARTIST_TITLE else rule, creator, title
    )


def _soundtrack(words: list[str]) -> Split | None:
    """The split of a soundtrack's name.

    A part that says only `Original Soundtrack` belongs to the part before it, which is no artist.
    """
    if len(words) > 1 and _SOUNDTRACK.match(words[-1]) and not compilation.is_various(words[-2]):
        words = [*words[:-2], f"{words[-2]} - {words[-1]}"]
    match words:
        case [creator, title]:
            return Split(SOUNDTRACK, creator, title)
        case [title] if not _SOUNDTRACK.match(title):
            return Split(SOUNDTRACK, None, title)
        case _:
            return None


def _is_film_first(film: str, composer: str) -> bool:
    """Whether a film's soundtrack stands first and behind it the whole name of who made it.

    Where no bracket parts the two, a given name must prove that no part of a saga follows.
    """
    return (
        is_soundtrack_of_film(film)
        and _SOUNDTRACK.search(composer) is None
        and len(composer.split()) > 1
        and (names_persons(composer) or (film.endswith((")", "]")) and may_play(composer)))
    )


def is_soundtrack_of_film(text: str) -> bool:
    """Whether a text is a film and `Soundtrack` behind it: no artist is called so."""
    return _FILM_FIRST.search(text) is not None


def _collection(name: str) -> Split | None:
    """The artist of a discography: what stands before the words that say so."""
    text = without_brackets(name[after_decoration(name) :])
    text = _YEARS_RANGE.sub(" ", text)
    rule = _ARTIST_COLLECTION
    if (leading := _LEADING_DISCOGRAPHY.match(text)) is not None:
        rule, text = DISCOGRAPHY_OF, text[leading.end() :]
    text = _COLLECTION_WORDS.sub("", text)
    artist = readable(DASH.split(text)[0])
    return Split(rule, artist, None) if is_words(artist) and text != name else None
