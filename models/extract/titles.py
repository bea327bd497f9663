"""Titles, creators and years by cheap unambiguous rules. Each rule's confidence is its measured precision.

Measured on `fields/p2p_labelled` by `python -m models.extract.measure`; a rule says what it believes, the gate decides what
is asked further.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from models.extract.numbering import Numbering
from models.extract.technical import CONTAINERS, rules
from schemas import Subcategory

CONFIDENCE: MappingProxyType[str, dict[str, float]] = MappingProxyType(
    {
        "year-brackets": {"year": 0.95},
        "year-bare": {"year": 0.98},
        "before-numbering": {"title": 0.93},
        "before-year": {"title": 0.88},
        "before-technical": {"title": 0.42},
        "whole-name": {"title": 0.54},
        "artist-title": {"creator": 0.92, "title": 0.84},
        "artist-year-title": {"creator": 0.97, "title": 0.94},
        "scene-artist-title": {"creator": 0.73, "title": 0.87},
        "author-title": {"creator": 0.90, "title": 0.69},
        "artist-collection": {"creator": 0.78},
    }
)
"""Rule -> role -> share of its answers that are right (of 7,122 labelled names, unsure ones left out)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A field that a rule read out of the name; its role is title, creator or year."""

    role: str
    value: str | int
    rule: str

    @property
    def confidence(self) -> float:
        return CONFIDENCE[self.rule][self.role]


_SITE = re.compile(
    r"^\s*(?:\[\s*)?(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|cc|to|ru|info|eu|tv|me|is|io|biz|pro)\b(?:\s*\])?[\s_\-–]*(?=\S)",
    re.IGNORECASE,
)
_LEADING_TAG = re.compile(r"^\s*(?:\[[^\[\]]{1,40}\]|【[^【】]{1,40}】|\{[^{}]{1,40}\})\s*(?=\S)")
_YEAR_IN_BRACKETS = re.compile(r"[\[({]\s*((?:18|19|20)\d\d)(?:\s*[-–,.].{0,24}?)?\s*[\])}]")
# A range of years (a discography) is not the year of a work.
_YEAR_BARE = re.compile(r"(?<![\d\w])(?<!\d[-–])(?<!\d [-–] )((?:19|20)\d\d)(?![\d\w])(?!\s*[-–]\s*(?:19|20)?\d\d)")
_BRACKETS = re.compile(r"\s*(?:\[[^\[\]]*\]|\([^()]*\)|\{[^{}]*\})")
_DASH = re.compile(r"\s+[-–—]\s+|\s*_-_\s*|\.-\.")
_YEARS_RANGE = re.compile(r"[\[(]?\b(?:19|20)\d\d\s*[-–]\s*(?:19|20)?\d\d\b[\])]?")
_COLLECTION_WORDS = re.compile(
    r"\b(?:discography|discografia|дискография|complete (?:works|collection|studio albums?)|collection|anthology|box ?set"
    r"|the best of|greatest hits)\b.*$",
    re.IGNORECASE,
)
_SCENE_AUDIO = re.compile(
    r"^(?P<artist>[^\s-][^\s]*?)_?-_?(?P<title>[^\s]+?)-(?:\([^)]*\)-)?(?:[A-Z0-9_]+-){0,4}(?P<year>(?:19|20)\d\d)-(?P<group>\w+)$"
)
_SPACES = re.compile(r"[\s_]+")
_EDGES = " \t-–—_.,:;|~+/\\"


def year(name: str) -> tuple[Claim, int] | None:
    """The year of the work and where it starts: in brackets, else the last bare one that does not begin the name."""
    latest = datetime.now(UTC).year + 1
    if (match := _YEAR_IN_BRACKETS.search(name)) and int(match[1]) <= latest:
        return Claim("year", int(match[1]), "year-brackets"), match.start()
    found = [match for match in _YEAR_BARE.finditer(name) if match.start() > 0 and int(match[1]) <= latest]
    return (Claim("year", int(found[-1][1]), "year-bare"), found[-1].start()) if found else None


def video_title(name: str, place: Numbering | None) -> Claim | None:
    """The title of a film or series: what stands before its numbering, its year or the first technical word."""
    start = _after_decoration(name)
    cuts: list[tuple[int, str]] = []
    if place is not None and place.start > start:
        cuts.append((place.start, "before-numbering"))
    if (dated := year(name)) is not None and dated[1] > start:
        cuts.append((dated[1], "before-year"))
    if (technical := _first_technical(name, start)) is not None:
        cuts.append((technical, "before-technical"))
    end, rule = min(cuts, default=(len(name), "whole-name"))
    text = _without_extension(name)[start:end] if rule == "whole-name" else name[start:end]
    title = _readable(_BRACKETS.sub(" ", text) if rule == "whole-name" else text)
    return Claim("title", title, rule) if _is_words(title) else None


def audio_claims(name: str, subcategory: Subcategory) -> dict[str, Claim]:
    """Title and creator (roles `title`, `creator`) of an audio torrent, where the name splits without doubt."""
    if subcategory is Subcategory.AUDIOBOOK:
        return _pair(name, "author-title")
    if subcategory is Subcategory.COLLECTION:
        return _collection(name)
    if (match := _SCENE_AUDIO.match(name)) and "." not in match["artist"]:
        artist, title = _readable(match["artist"]), _readable(_BRACKETS.sub("", match["title"]))
        if _is_words(artist) and _is_words(title):
            return _claims(artist, title, "scene-artist-title")
    return _pair(name, "artist-title")


def _pair(name: str, rule: str) -> dict[str, Claim]:
    """`Artist - Title`: exactly two parts once brackets, years and technical words are gone."""
    parts = [part for part in _parts(name) if part]
    years = [part for part in parts if re.fullmatch(r"(?:19|20)\d\d", part)]
    words = [part for part in parts if part not in years and _is_words(part)]
    if len(words) != 2:
        return {}
    chosen = "artist-year-title" if years and rule == "artist-title" else rule
    return _claims(words[0], words[1], chosen)


def _claims(creator: str, title: str, rule: str) -> dict[str, Claim]:
    return {"creator": Claim("creator", creator, rule), "title": Claim("title", title, rule)}


def _collection(name: str) -> dict[str, Claim]:
    text = _COLLECTION_WORDS.sub("", _YEARS_RANGE.sub(" ", _BRACKETS.sub(" ", name[_after_decoration(name) :])))
    artist = _readable(_DASH.split(text)[0])
    return {"creator": Claim("creator", artist, "artist-collection")} if _is_words(artist) and text != name else {}


def _parts(name: str) -> list[str]:
    text = _without_extension(name)[_after_decoration(name) :]
    text = _BRACKETS.sub(" ", text)
    cut = _first_technical(text, 0)
    return [_readable(part) for part in _DASH.split(text[:cut] if cut else text)]


def _after_decoration(name: str) -> int:
    """Where the name proper starts: after a site's address and bracketed tags."""
    start = 0
    for pattern in (_SITE, _LEADING_TAG, _SITE, _LEADING_TAG):
        if (match := pattern.match(name[start:])) and start + match.end() < len(name):
            start += match.end()
    return start


def _first_technical(name: str, start: int) -> int | None:
    places = [
        match.start()
        for field in ("resolution", "source", "codec", "audio_codec", "hdr", "edition")
        for _, pattern in rules()[field]
        if (match := pattern.search(name, start + 1))
    ]
    return min(places, default=None)


def _without_extension(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    return stem if dot and extension.lower() in CONTAINERS else name


def _readable(text: str) -> str:
    """Separators become spaces: dots and underscores where the name uses them for spaces."""
    if " " not in text.strip():
        text = text.replace(".", " ")
    return _SPACES.sub(" ", text).strip(_EDGES).rstrip("([{").strip(_EDGES)


def _is_words(text: str) -> bool:
    return any(letter.isalnum() for letter in text)
