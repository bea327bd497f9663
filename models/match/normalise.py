"""One folding of names for comparison, and what is split off names before it.

The rules are those that tagging software agrees on (Picard, beets: case, accents, punctuation,
"the", "&"), with romanisation by `anyascii`, so that a name and its usual transliteration meet.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

REMEMBERED = 16_384
"""Names kept: more would fill for an hour at 50 torrents a second, and look like a leak."""

LONGEST = 512
"""Characters of a name that are looked at (`schemas.MAX_TEXT`).

A torrent name is hostile, and longer names are not names.
"""

_TRAILING_ARTICLE = re.compile(r"^(.+), (the|a|an)$")
_INITIALS = re.compile(r"\b[a-z](?:\.\s?[a-z])+\b\.?")
_APOSTROPHE = re.compile(r"(?<=[a-z0-9])['`](?=[a-z0-9])|['`]")
_SIGN = re.compile(r"[!@$&+]")
_SIGNS = (
    (re.compile(r"(?<=[a-z])!(?=[a-z])"), "i"),
    (re.compile(r"(?<!\S)@(?=[a-z])"), "a"),
    (re.compile(r"(?<=[a-z])\$|\$(?=[a-z])"), "s"),
    (re.compile(r"&|(?<=\S)\s\+\s(?=\S)"), " and "),
)
"""Signs that stand for a letter or a word ("P!nk", "Ke$ha", "A + B"), and what they stand for."""
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_SAME_WORD = {
    "volume": "vol",
    "part": "pt",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "xi": "11",
    "xii": "12",
    "xiii": "13",
}
"""Words that are written in two ways.

Of roman numerals only those that are no common word or initial, so not i, v and x.
"""

_BRACKETED = re.compile(r"^(?P<head>.*\S)\s*[(\[{](?P<tail>[^()\[\]{}]*)[)\]}]$")
_DASHED = re.compile(r"^(?P<head>.*\S)(?:\s+[-–—/|:]\s+|[:;]\s+)(?P<tail>[^()\[\]{}]+)$")
_EDITION = frozenset(
    """deluxe edition expanded remaster remastered remasters remastering anniversary bonus explicit
    reissue reissued limited digipak digipack mono stereo import collector collectors legacy
    clean""".split()  # noqa: SIM905
)
_OTHER_WORK = frozenset(
    """live unplugged remix remixes remixed demo demos acoustic instrumental instrumentals karaoke
    tribute soundtrack best greatest hits anthology singles sessions bootleg orchestral dub covers
    rarities""".split()  # noqa: SIM905
)
"""Words that make another release group of a title.

They are never split off, and they must stand on both sides.
"""
_DISC = re.compile(
    r"^(?:cd|disc|disk|lp|vinyl)s?\s?(?:\d{1,2}|one|two|three)?(?:\s?(?:of|/)\s?\d{1,2})?$"
    r"|^\d{1,2}\s?(?:cd|lp)s?$"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_FORMAT = re.compile(r"^(?:ep|e\.p\.|lp|album|flac|mp3|web|vinyl|cd|single)$")
_TAIL = re.compile(
    r"^(?P<head>.*\S)\s+"
    r"(?P<tail>(?:deluxe|expanded|limited|special|collector'?s|legacy|anniversary|remastered)"
    r"(?:\s+(?:edition|version))"
    r"|(?:cd|disc|disk)\s?\d{1,2}|e\.?p\.?|remastered)$",
    re.IGNORECASE,
)
_TAILS = 4
"""Editions, discs and formats that are split off one title, at most."""
_FEATURING = re.compile(
    r"^(?P<head>.*?\S)\s*[(\[]?(?<!\w)(?:feat|ft|featuring)\b\.?"
    r"\s*(?P<tail>[^)\]]+)[)\]]?(?P<rest>.*)$",
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(
    r"\s+(?:&|and|\+|x|vs\.?|with|und|et|y)\s+|\s*[,;/]\s+|\s+/\s+", re.IGNORECASE
)
_VARIOUS = frozenset(
    {
        "va",
        "various artists",
        "various",
        "various artist",
        "varios artistas",
        "varios",
        "artisti vari",
        "diverse",
    }
)
_SELF_TITLED = frozenset({"self titled", "selftitled", "s t", "self titled album", "eponymous"})


@lru_cache(maxsize=REMEMBERED)
def fold(text: str) -> str:
    """A name reduced to lower-case ASCII words, so that spellings of one name are equal.

    NFKC and case folding, romanisation, initials joined ("R.E.M." is "rem"), "&", "+" and "n" as
    "and", roman numerals after a word as digits, leading "the" and trailing ", the" off,
    punctuation to spaces. Folding a folded name changes nothing. A name of which nothing would be
    left ("!!!") stays as its symbols; only blank text is empty.
    """
    text = text[:LONGEST].casefold() if text.isascii() else _stable(text[:LONGEST])
    latin = text.strip() if text.isascii() else anyascii(text).lower().strip()
    words = _NOT_WORD.sub(" ", _APOSTROPHE.sub("", _spoken(latin))).split()
    if not words:
        return _symbols(text)
    while len(words) > 1 and words[0] == "the":
        del words[0]
    return " ".join(_same_words(words))


def compact(text: str) -> str:
    """The folded name without spaces: "AC/DC" and "ACDC" are one key."""
    return fold(text).replace(" ", "")


def split_edition(title: str) -> tuple[str, tuple[str, ...]]:
    """Split what names an edition, a disc or a format off an album title.

    Returns:
        The bare title and what was split off, outermost first. A title that is nothing else is
        returned as it came.
    """
    head = title[:LONGEST].strip()
    tails: list[str] = []
    for _ in range(_TAILS):
        match = _BRACKETED.match(head) or _TAIL.match(head) or _DASHED.match(head)
        if match is None or not _is_edition(match["tail"]) or not fold(match["head"]):
            break
        head = match["head"].rstrip(" -–—:,/")
        tails.append(match["tail"].strip())
    return (head, tuple(tails)) if tails and fold(head) else (title.strip(), ())


def year_in(title: str) -> int | None:
    """The year in brackets at the end of a title ("Fog Signal (1987)"). None if there is none."""
    match = _BRACKETED.match(title[:LONGEST].strip())
    return int(match["tail"]) if match and _YEAR.fullmatch(match["tail"].strip()) else None


def split_featuring(name: str) -> tuple[str, str | None]:
    """Split "feat. B" off an artist or a track title: the name without it, and B."""
    match = _FEATURING.match(name[:LONGEST])
    if match is None:
        return name, None
    return f"{match['head']} {match['rest']}".strip(), match["tail"].strip() or None


def artist_parts(name: str) -> tuple[str, ...]:
    """The artists of a joint credit ("A & B", "A, B", "A vs. B"); one part if it is none."""
    return tuple(part.strip() for part in _CONJUNCTION.split(name[:LONGEST]) if part.strip())


def is_various(name: str) -> bool:
    """Whether a name stands for several artists that are not named."""
    return fold(name) in _VARIOUS


def is_self_titled(title: str) -> bool:
    """Whether a title only says that it is the artist's name."""
    return fold(title) in _SELF_TITLED


@lru_cache(maxsize=REMEMBERED)
def distinguishing(folded: str) -> frozenset[str]:
    """Words of a folded title that tell works of one name apart: numbers, live, remix, best ...

    "Vol. 1" is not a spelling of "Vol. 2", nor "Foo (Live)" of "Foo".
    """
    return frozenset(word for word in folded.split() if word in _OTHER_WORK or word.isdigit())


def _spoken(latin: str) -> str:
    """The article in front, initials joined, and signs as what they stand for."""
    if "," in latin and (moved := _TRAILING_ARTICLE.match(latin)):
        latin = f"{moved[2]} {moved[1]}"
    if "." in latin:
        latin = _INITIALS.sub(lambda match: _NOT_WORD.sub("", match[0]) + " ", latin)
    if _SIGN.search(latin):
        for sign, meaning in _SIGNS:
            latin = sign.sub(meaning, latin)
    return latin


def _same_words(words: list[str]) -> list[str]:
    """Each word in one of the ways in which it is written; the first word stays as it is."""
    last = len(words) - 1
    return [
        "and" if word == "n" and 0 < at < last else _SAME_WORD.get(word, word) if at else word
        for at, word in enumerate(words)
    ]


def _is_edition(tail: str) -> bool:
    plain = tail.strip().lower()
    if _DISC.match(plain) or _FORMAT.match(plain) or _YEAR.fullmatch(plain):
        return True
    words = frozenset(fold(plain).split())
    return bool(words & _EDITION) and not words & _OTHER_WORK


def _stable(text: str) -> str:
    # Twice: case folding can undo NFKC and the reverse (Unicode's NFKC_Casefold does the same).
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", text)


def _symbols(text: str) -> str:
    letters = "".join(char if char.isalnum() else " " for char in text).split()
    return " ".join(letters) if letters else "".join(text.split())
