"""What stands behind the title of an album or a film and leaves it the same work.

"(Deluxe Edition)", "[2011 Remaster]", "Disc 2", "- EP", "(OST)", "(Director's Cut)". What makes
another work of it (live, remixes, a number) is never taken off.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from models.match.normalise import LONGEST, fold

_STRONG = frozenset(
    """deluxe edition expanded remaster remastered remasters remastering anniversary reissue
    reissued digipak digipack ost soundtrack bonus edicion edicao edizione edycja ausgabe
    remasterizado remasterizada remasterise limitierte limitee limitada limitata""".split()  # noqa: SIM905
)
"""Words that say by themselves that an edition is named."""
_WEAK = frozenset(
    """explicit clean edited mono stereo import collector collectors legacy limited special ultimate
    definitive complete standard super original recording digital digitally enhanced extended
    promo international gold platinum tour box set hi res hires ep lp single cd dvd vinyl flac mp3
    web lossless alac ape aac m4a opus ogg wav sacd dsd mfsl quad surround rip vinylrip cdrip hq
    retail proper advance especial speciale album uncut unrated theatrical uncensored restored
    criterion""".split()  # noqa: SIM905
)
"""Words that say so in brackets or behind a dash, where they are all that is said."""
_WITH = frozenset(
    """version the a with w and tracks track disc disk discs disks of motion picture music from film
    score package kbps bit re issue issued new mix japan japanese uk us usa eu european germany
    german itunes amazon french english italian spanish s th st nd rd director directors cut
    television tv series game video release pressing reissue audio goty year""".split()  # noqa: SIM905
)
"""Words that stand beside those."""
_CORE = frozenset(
    "version mix motion cut score issue pressing bit disc discs disk".split()  # noqa: SIM905
)
"""Of those, the words that make a tail of an edition when the rest is known, too."""
OTHER_WORK = frozenset(
    """live unplugged remix remixes remixed demo demos acoustic instrumental instrumentals karaoke
    tribute best greatest hits anthology singles sessions session bootleg orchestral dub covers
    rarities outtakes version versions mix mixes concert reimagined revisited symphonic lullaby
    piano cast edit bsides sides vivo reloaded""".split()  # noqa: SIM905
)
"""Words that make another work of a title."""
_EITHER = frozenset({"version", "mix", "mixes"})
"""Of those, the words that an edition is called by, too ("UK Version", "2019 Mix")."""

_BRACKETS = re.compile(r"\s*[(\[{]([^()\[\]{}]*)[)\]}]")
_SERIES = re.compile(r".*#\s?\d.*")
"""A series of books and the number in it."""
_DOTTED = re.compile(r"\w{2}\.\w+\.\w|\w\.\w{2,}\.\w{2}")
"""Words between dots. Initials are none."""
_MEDIUM = re.compile(r"(?:tv )?(?:mini[ -]?)?series|film|movie|anime|ova|tv|game", re.IGNORECASE)
_CUT_WORDS = r"(?:the )?(?:(?:director'?s|final|extended|theatrical|ultimate) cut|uncut|unrated)"
_CUT = re.compile(_CUT_WORDS, re.IGNORECASE)
_CUT_BEHIND = re.compile(rf"(?P<head>.*?\S)\s+(?P<tail>{_CUT_WORDS})$", re.IGNORECASE)
_DASHED = re.compile(r"^(?P<head>.*\S)(?:\s*[-–—|]\s+|\s*[:;]\s+)(?P<tail>[^:;|]+)$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_COUNTED = re.compile(r"\d{1,3}(?:st|nd|rd|th|bit|khz|k|kbps)?|(?:19|20)\d\d")
_RATE = re.compile(r"(?:16|24|32)\D+(?:44|48|88|96|176|192)\D*")
_DISC = re.compile(
    r"(?:cd|disc|disk|lp|vinyl|dvd|disco)s?\s?(?:[0-9]{1,2}|one|two|three|four|a|b)?"
    r"(?:\s?(?:of|/)\s?\d{1,2})?|\d{1,2}\s?(?:cd|lp|dvd|disc)s?(?:\s(?:box|set|box set))?"
)
_ENDING = re.compile(
    r"^(?P<head>.*?\S)\s+(?P<tail>(?:(?:(?:19|20)\d\d|\d{1,3}th|super|limited|special|collectors?'?s?"
    r"|legacy|anniversary|deluxe|expanded|digital|digitally|bonus|the|original|motion|picture|re"
    r"|ultimate|extended|complete|definitive|gold|platinum|standard|tour|uk|us|japan|japanese)\s+)*"
    r"(?:deluxe|edition|remaster(?:ed)?|re-?issue|soundtrack|ost|bonus\s(?:tracks?|dis[ck]|version)"
    r"|(?:deluxe|remastered|expanded|explicit|clean|extended|bonus|uk|us)\sversion"
    r"|(?:cd|dis[ck])\s?(?:\d{1,2}|one|two|three)|\d{1,2}\s?cds?|e\.?p\.?|cd\ssingle|flac|mp3"
    r"|explicit|vinyl|promo|special\spackage|anniversary\smix|320\s?kbps|mono\sversion|box\sset)"
    r"(?:\s(?:19|20)\d\d)?)$",
    re.IGNORECASE,
)
_PEELED = 5
"""Tails that are taken off one title, at most."""

COUNTRIES = {
    "us": "us",
    "usa": "us",
    "uk": "uk",
    "gb": "uk",
    "au": "au",
    "aus": "au",
    "ca": "ca",
    "can": "ca",
    "nz": "nz",
    "ie": "ie",
    "in": "in",
    "de": "de",
    "fr": "fr",
    "jp": "jp",
    "kr": "kr",
}
"""Country tags of series -> one for each country."""


_PRESSED_IN = frozenset({*COUNTRIES, "japan", "germany", "europe"})
"""Countries that stand alone in brackets behind an album."""


class Tailed(NamedTuple):
    """A title, and what was taken off it."""

    head: str
    tails: tuple[str, ...]
    """Editions, discs and formats."""
    year: int | None
    country: str | None


@lru_cache(maxsize=65_536)
def peel(title: str, *, tells_years: bool) -> Tailed:
    """Take off a title what leaves it the same work.

    Args:
        title: of an album, or of a film, series, book or game.
        tells_years: a year or a country in brackets tells works apart, as it does of films and
            series. Of an album it is that of an edition.

    >>> peel("Low Tide (Deluxe Edition) [2011 Remaster]", tells_years=False).head
    'Low Tide'
    >>> peel("The Ferry (UK)", tells_years=True).country
    'uk'
    """
    text = _with_spaces(title[:LONGEST])
    tails: list[str] = []
    year = None
    country = None
    for _ in range(_PEELED):
        head, tail = _split(text, tells_years)
        if not fold(head):
            break
        if tells_years and _YEAR.fullmatch(tail):
            year = year or int(tail)
        elif tells_years and _country(tail):
            country = country or _country(tail)
        else:
            tails.append(tail)
        text = head
    return Tailed(text, tuple(tails), year, country)


def _with_spaces(title: str) -> str:
    """A title whose words stand between spaces: names of releases have dots and underscores.

    A title that is nothing else keeps them.
    """
    text = title.replace("_", " ").strip() or title.strip()
    is_dotted = " " not in text and _DOTTED.search(text)
    return text.replace(".", " ").strip() or text if is_dotted else text


def _split(text: str, tells_years: bool) -> tuple[str, str]:
    """The title without its last tail, and the tail; an empty title if it has none."""
    for bracketed in reversed(list(_BRACKETS.finditer(text))):
        tail = bracketed[1]
        is_title = tells_years and (_is_of_film(tail) or _country(tail))
        if bracketed.start() > 0 and (is_title or is_edition(tail)):
            return f"{text[: bracketed.start()]}{text[bracketed.end() :]}".strip(), bracketed[
                1
            ].strip()
    dashed = _DASHED.match(text)
    if dashed and (is_edition(dashed["tail"]) or (tells_years and _CUT.fullmatch(dashed["tail"]))):
        return dashed["head"], dashed["tail"].strip()
    ending = _ENDING.match(text) or (_CUT_BEHIND.match(text) if tells_years else None)
    if ending and fold(ending["head"]) not in {"a", "an", "the"}:
        return ending["head"].rstrip(" -–—:,"), ending["tail"]
    return "", ""


def is_edition(tail: str) -> bool:
    """Whether words in brackets or behind a dash name an edition, a disc, a format or a year."""
    plain = tail.strip().lower()
    if _DISC.fullmatch(plain) or _YEAR.fullmatch(plain) or _RATE.fullmatch(plain):
        return True
    words = fold(plain).split()
    if not (OTHER_WORK - _EITHER).isdisjoint(words):
        return False
    if not _STRONG.isdisjoint(words) or plain in _PRESSED_IN or "box set" in plain:
        return True
    telling = _WEAK | _CORE
    are_known = all(word in _WEAK or word in _WITH or _COUNTED.fullmatch(word) for word in words)
    return are_known and not telling.isdisjoint(words)


def _is_of_film(tail: str) -> bool:
    """Whether words in brackets behind a title name its series, its medium or a cut of it."""
    patterns = (_SERIES, _MEDIUM, _CUT)
    return any(pattern.fullmatch(tail.strip()) for pattern in patterns)


def _country(tail: str) -> str | None:
    return COUNTRIES.get(tail.strip().lower().replace(".", ""))
