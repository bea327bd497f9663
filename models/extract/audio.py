"""Creator and title of audio names, where the name splits without doubt."""

import re

from models.extract.scan import description
from models.extract.wording import after_decoration, is_words, readable, without_extension
from schemas import Subcategory

_BRACKETS = re.compile(r"\s*(?:\[[^\[\]]*\]|\([^()]*\)|\{[^{}]*\})")
_DASH = re.compile(r"\s+[-–—]\s+|\s*_-_\s*|\.-\.")
_YEARS_RANGE = re.compile(r"[\[(]?\b(?:19|20)\d\d\s*[-–]\s*(?:19|20)?\d\d\b[\])]?")
_COLLECTION_WORDS = re.compile(
    r"\b(?:discography|discografia|дискография|complete (?:works|collection|studio albums?)|collection|anthology|box ?set"
    r"|the best of|greatest hits)\b.*$",
    re.IGNORECASE,
)
_SCENE = re.compile(
    r"^(?P<artist>[^\s-][^\s]*?)_?-_?(?P<title>[^\s]+?)-(?:\([^)]*\)-)?(?:[A-Z0-9_]+-){0,4}(?P<year>(?:19|20)\d\d)-(?P<group>\w+)$"
)

_PATH = re.compile(
    r"^(?:.*/)?(?P<artist>[^/ ][^/]*)/(?P<album>[^/ ][^/]*)/(?:\d{1,2}[-.])?\d{1,3}[ ._-]+"
    r"(?P<track>[^/]+)\.(?:mp3|flac|m4a|ogg|opus|wv|ape|wav)$",
    re.IGNORECASE,
)
"""Artist/Album/01 - Track.flac: how taggers and players lay files out."""
_ASIDE = re.compile(
    r"[_-]*\((?:feat|ft|with|[A-Z0-9_-]*\d[A-Z0-9_-]*|[A-Z]{2,4}|\d+)[^()]*\)$|[_-](?:single|promo|ep|cds|cdm|vls|\dcds?)$",
    re.IGNORECASE,
)
"""Behind a title in scene names: guests, catalogue numbers, and what kind of release it is."""

_YEAR_AND_MORE = re.compile(r"(?<=\w)\s+(?:19|20)\d\d(?:\s.*)?$")
"""A year inside or behind a title is the year of the work; labels and numbers follow it."""

Split = tuple[str, str | None, str | None]
"""(rule, creator, title)."""


def split(name: str, subcategory: Subcategory) -> Split | None:
    """Rule, creator and title of an audio name; `None` where it does not split in two."""
    if subcategory is Subcategory.AUDIOBOOK:
        return _pair(name, "author-title")
    if subcategory is Subcategory.COLLECTION:
        return _collection(name)
    if (match := _PATH.match(name)) is not None:
        title = match["track"] if subcategory is Subcategory.TRACK else match["album"]
        return "artist-album-track", readable(match["artist"]), readable(title)
    if (match := _SCENE.match(name)) and "." not in match["artist"]:
        artist, title = readable(match["artist"]), readable(_ASIDE.sub("", match["title"]))
        if is_words(artist) and is_words(title):
            return "scene-artist-title", artist, title
    return _pair(name, "artist-title")


def _pair(name: str, rule: str) -> Split | None:
    """`Artist - Title`: exactly two parts once brackets, years and technical words are gone."""
    text = _BRACKETS.sub(" ", without_extension(name)[after_decoration(name) :])
    parts = [part for one in _DASH.split(text[: description(text)]) if (part := readable(one))]
    years = [part for part in parts if re.fullmatch(r"(?:19|20)\d\d", part)]
    words = [part for part in parts if part not in years and is_words(part)]
    if len(words) != 2:
        return None
    words[1] = _YEAR_AND_MORE.sub("", words[1])
    return "artist-year-title" if years and rule == "artist-title" else rule, words[0], words[1]


def _collection(name: str) -> Split | None:
    text = _COLLECTION_WORDS.sub("", _YEARS_RANGE.sub(" ", _BRACKETS.sub(" ", name[after_decoration(name) :])))
    artist = readable(_DASH.split(text)[0])
    return ("artist-collection", artist, None) if is_words(artist) and text != name else None
