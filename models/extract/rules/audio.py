"""Creator and title of audio names, where the name splits without doubt."""

import re

from models.extract.evidence.claims import alike
from models.extract.names.scan import description
from models.extract.names.words import after_decoration, is_words, readable, without_extension
from schemas import Subcategory

_BRACKETS = re.compile(
    r"\s*(?:\[(?![^\[\]]*(?:soundtrack|\bost\b))[^\[\]]*\]|\((?![^()]*(?:soundtrack|\bost\b))[^()]*\)|\{[^{}]*\})",
    re.IGNORECASE,
)
"""Brackets stand beside a title, but those of a soundtrack belong to it."""
_DASH = re.compile(r"\s+[-–—]\s+|\s*_-_\s*|\.-\.")
_YEARS_RANGE = re.compile(r"[\[(]?\b(?:19|20)\d\d\s*[-–]\s*(?:19|20)?\d\d\b[\])]?")
_COLLECTION_WORDS = re.compile(
    r"\b(?:discography|discografia|дискография|complete (?:works|collection|studio albums?)|collection|anthology|box ?set"
    r"|the best of|greatest hits)\b.*$",
    re.IGNORECASE,
)
_SCENE = re.compile(
    r"^(?P<artist>[^\s-][^\s]+?)_?-_?(?P<title>[^\s]+?)-(?:\([^)]*\)-)?"
    r"(?:(?:[A-Z0-9_]+|(?i:\w*(?:bootleg|vinyl|retail|promo|reissue|remaster(?:ed)?|limited|advance|mixtape)))-){0,4}"
    r"(?P<year>(?:19|20)\d\d)-(?P<group>\w+)$"
)

SOUNDTRACK = "soundtrack"
"""The rule by which a film's name and `Original Soundtrack` are one title: so are 32 of 34 labelled
names (p2p_labelled).
"""
_SOUNDTRACK = re.compile(
    r"(?:^(?:(?:the|original|official|complete|perfect|definitive|full|motion|picture|movie|film"
    r"|tv|television|series|game|video)[ -])*"
    r"|[(\[][^()\[\]]*)\b(?:soundtracks?|ost)\b[^()\[\]]{0,24}[)\]]?$",
    re.IGNORECASE,
)
"""A part that says nothing else, or a bracket at the end of one."""
_JAPANESE = re.compile(
    r"(?:^|[\s\]】])(?P<creator>[^\s「」『』\[\]【】]+)\s(?:\d{1,2}(?:st|nd|rd|th)?)?(?:[^\s\d「」]{1,8})?(?:シングル|アルバム|single|album|EP)\s*"
    r"[「『](?P<title>[^」』]+)[」』]",
    re.IGNORECASE,
)
"""`Artist 9thシングル「Title」`, as Japanese releases are announced."""
_VARIOUS = re.compile(r"v[ .]?a\.?|various(?: artists)?", re.IGNORECASE)
_LEADING_YEAR = re.compile(r"^\s*(?:19|20)\d\d\.\s*(?=\S)")
"""`1990.Artist - Album`: how collections number an artist's albums."""

_PATH = re.compile(
    r"^(?:.*/)?(?P<artist>[^/ ][^/]*)/(?P<album>[^/ ][^/]*)/(?:\d{1,2}[-.])?\d{1,3}[ ._-]+"
    r"(?P<track>[^/]+)\.(?:mp3|flac|m4a|ogg|opus|wv|ape|wav)$",
    re.IGNORECASE,
)
"""Artist/Album/01 - Track.flac: how taggers and players lay files out."""
_ASIDE = re.compile(
    r"(?:[_-]*\((?:(?i:feat|ft|with)[_.][^()]*|[A-Z0-9_-]*\d[A-Z0-9_-]*|[A-Z]{2,4}|\d+)\)"
    r"|[_-](?i:single|promo|ep|cds|cdm|vls|\dcds?))+$",
)
"""Behind a title in scene names: guests, catalogue numbers, and what kind of release it is."""

_YEAR_IN_BRACKETS = re.compile(r"[\[(](?:19|20)\d\d[\])]")
_YEAR_AND_MORE = re.compile(r"(?<=\S)[.,]?\s+(?:19|20)\d\d(?:\s.*)?$")
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
    if (match := _JAPANESE.search(name)) is not None:
        return "japanese-release", readable(match["creator"]), readable(match["title"])
    return _pair(name, "artist-title")


def other_part(name: str, creator: str) -> str | None:
    """The title of `Creator - Title` or `Title - Creator`, where the creator is known."""
    split = _pair(name, "author-title")
    if split is None or split[1] is None or split[2] is None:
        return None
    return split[2] if alike(split[1], creator) else split[1] if alike(split[2], creator) else None


def _pair(name: str, rule: str) -> Split | None:
    """`Artist - Title`: exactly two parts once brackets, years and technical words are gone."""
    text = _BRACKETS.sub(" ", without_extension(name)[after_decoration(name) :])
    text = _LEADING_YEAR.sub("", text[: description(text)])
    parts = [part for one in _DASH.split(text) if (part := readable(one))]
    years = [part for part in parts if re.fullmatch(r"(?:19|20)\d\d", part)]
    words = [part for part in parts if part not in years and is_words(part)]
    if rule == "artist-title" and words and _SOUNDTRACK.search(words[-1]):
        return _soundtrack(words)
    if len(words) != 2:
        return None
    if not _YEAR_IN_BRACKETS.search(name):
        words[1] = _YEAR_AND_MORE.sub("", words[1])
    return "artist-year-title" if years and rule == "artist-title" else rule, words[0], words[1]


def _soundtrack(words: list[str]) -> Split | None:
    """A part that says only `Original Soundtrack` belongs to the part before it, which is no
    artist.
    """
    if len(words) > 1 and _SOUNDTRACK.match(words[-1]) and not _VARIOUS.fullmatch(words[-2]):
        words = [*words[:-2], f"{words[-2]} - {words[-1]}"]
    match words:
        case [creator, title]:
            return SOUNDTRACK, creator, title
        case [title] if not _SOUNDTRACK.match(title):
            return SOUNDTRACK, None, title
        case _:
            return None


def _collection(name: str) -> Split | None:
    text = _COLLECTION_WORDS.sub(
        "", _YEARS_RANGE.sub(" ", _BRACKETS.sub(" ", name[after_decoration(name) :]))
    )
    artist = readable(_DASH.split(text)[0])
    return ("artist-collection", artist, None) if is_words(artist) and text != name else None
