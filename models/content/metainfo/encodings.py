"""Names that are no UTF-8, read in the encoding that they were most likely written in.

Old clients wrote names in the code page of their machine. Sometimes the torrent says which
(`encoding`). Otherwise each code page that was common is tried, and the one whose text looks most
like writing is taken: letters of one script and case, common ideographs, no rare signs. A library
that guesses the encodings of documents (charset-normalizer) was right less often on names made by
encoding known ones: a name is too short for it.
"""

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST = 4096
"""Bytes that are looked at for a guess: a few names tell as much as thousands."""

_WORST = -0.35
"""The score a letter below which no code page is believed: noise, not writing."""


@dataclass(frozen=True, slots=True)
class Page:
    """A code page that names were written in, and which of its characters look like writing."""

    codec: str
    common: re.Pattern[str]
    """Characters that the page was used for."""
    bias: float = 0.0
    """Added to its score: how common it is on the net, where the text does not tell."""


_CYRILLIC = re.compile("[а-яА-ЯёЁіїєґІЇЄҐўЎ№«»—–…]")
_WESTERN = re.compile("[à-öø-ýßÀ-ÖØ-Ü®™’‘“”–—…·°ºª½´«»¿¡]")
_CENTRAL = re.compile("[áéíóúýäëöüôçąćęłńóśźżčďěňřšťůžőűăîâşţđÁÉÍÓÚÝÄÖÜĄĆĘŁŃŚŹŻČĎŇŘŠŤŽŐŰ–—’“”„…]")
_IDEOGRAPH = "\u4e00-\u9fff"
_KANA = "\u3041-\u30ff"
_WIDE = "\u3000-\u301f\uff01-\uff5e·～…—“”‘’×"

PAGES = (
    Page("cp1251", _CYRILLIC, 0.10),
    Page("koi8-r", _CYRILLIC, 0.0),
    Page("cp866", _CYRILLIC, -0.3),
    Page("gb18030", re.compile(f"[{_IDEOGRAPH}{_KANA}{_WIDE}]"), 0.08),
    Page("cp932", re.compile(f"[{_IDEOGRAPH}{_KANA}{_WIDE}☆★♪♥]"), 0.05),
    Page("big5", re.compile(f"[{_IDEOGRAPH}{_WIDE}]"), 0.0),
    Page("cp949", re.compile(f"[\uac00-\ud7a3{_WIDE}]"), 0.0),
    Page("cp1252", _WESTERN, 0.10),
    Page("cp1250", _CENTRAL, 0.0),
)
"""Tried in this order; of equal scores the first is taken."""

PAGES_OF_ARCHIVES = (*PAGES, Page("cp437", _WESTERN, 0.0))
"""Archives hold names in the page of DOS as well, where nothing else is said (APPNOTE.TXT, D)."""

_ALIASES = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "euc-cn": "gb18030",
    "cp936": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "ascii": "utf-8",
    "us-ascii": "utf-8",
}
"""What a declared encoding is read as: the vendor's superset, which is what was really used."""

_TEXT_CODECS = frozenset({"utf-8", "utf-16-le", "utf-16-be"})
_NO_PAGES = frozenset(
    {"undefined", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"}
)
"""Codecs of Python that no file system writes names in; one fails for any text, one is slow."""
_CZECH = re.compile("[ìùò](?=[a-z])|[øè](?=[aeiouyáéíýì])|\\b[èìøÈØ](?=[a-z])")
"""Czech in the western page: places where no western language has these letters."""
_SYLLABLES = frozenset(
    "이다의는에가을를한고하지로기도사리아자인시서대어스나해수라부정일전은제여보만연주원과있상동그성조장"
    "국공신구유영세모우비진오경선화학들생실무소치드트크르티방음악판집편극최강권완결회차미디막글년월남녀"
    "마레베바타카파러레니네더데래루류메민박백번별본빛살색안양언업역예외용울위율은음임저점족중지철청체"
)
"""Frequent syllables of Korean."""
_UNLIKELY = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")
_NON_ASCII = re.compile("[^\x00-\x7f]")


def decoded(raw: bytes, declared: str | None = None) -> tuple[str, bool]:
    """Text of bytes, and whether they were no UTF-8.

    What no code page fits is UTF-8 with the broken places replaced.
    """
    try:
        return raw.decode(), False
    except UnicodeDecodeError:
        return in_page(raw, likeliest([raw], declared)), True


def in_page(raw: bytes, codec: str | None) -> str:
    """Text of bytes that are no UTF-8 in a code page; None is UTF-8, its broken places replaced."""
    if codec is not None:
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            pass
    return raw.decode("utf-8", "replace")


def likeliest(
    names: Iterable[bytes], declared: str | None = None, pages: Sequence[Page] = PAGES
) -> str | None:
    """The code page of names that are no UTF-8, all of one torrent: more of them tell more.

    Args:
        names: bytes of names; of long lists the first `LONGEST` bytes are looked at.
        declared: the encoding that the torrent itself says, if it says any.
        pages: the code pages that are tried.

    Returns:
        A codec of Python, None if no page gives text that looks like writing.
    """
    sample = _sample(names)
    codec = _declared(declared)
    if codec is not None and _texts(sample, codec) is not None:
        return codec
    scored = [
        (score, -place, page.codec)
        for place, page in enumerate(pages)
        if (score := _score(sample, page)) is not None
    ]
    best = max(scored, default=None)
    return best[2] if best is not None and best[0] > _WORST else None


def _sample(names: Iterable[bytes]) -> list[bytes]:
    sample: list[bytes] = []
    length = 0
    for name in names:
        sample.append(name[:LONGEST])
        length += len(name)
        if length > LONGEST:
            break
    return sample


def _declared(name: str | None) -> str | None:
    """The codec of a declared encoding. Returns None if it is none that names are written in."""
    if not name:
        return None
    label = name.strip().lower()[:40]
    try:
        codec = codecs.lookup(_ALIASES.get(label, label))
    except (LookupError, ValueError):
        return None
    is_text = codec._is_text_encoding  # hex, zip and the like are codecs, too
    is_page = is_text and codec.name not in _TEXT_CODECS | _NO_PAGES
    return codec.name if is_page else None


def _texts(sample: Sequence[bytes], codec: str) -> list[str] | None:
    try:
        return [name.decode(codec) for name in sample]
    except (UnicodeDecodeError, LookupError):
        return None


def _score(sample: Sequence[bytes], page: Page) -> float | None:
    """How much the names look like writing in this page, about -2 to 1; None if they are not."""
    texts = _texts(sample, page.codec)
    if texts is None:
        return None
    text = "\n".join(texts)
    strange = _NON_ASCII.findall(text)
    if not strange:
        return None
    points = float(len(page.common.findall("".join(strange))))
    points -= len(strange) - points  # what the page was not used for
    points -= 4 * len(_UNLIKELY.findall(text))
    points += _HABITS[page.codec](text)
    return points / len(strange) + page.bias


def _cyrillic(text: str) -> float:
    """Frequent letters speak for a page, capitals within words and lone letters against it."""
    frequent = re.findall("[оеаинтслрвОЕАИНТСЛРВ]", text)
    swapped = re.findall("(?<=[а-яё])[А-ЯЁ]", text)
    mixed = re.findall("(?<=[a-zA-Z])[а-яА-ЯёЁіїєґІЇЄҐ]|(?<=[а-яА-ЯёЁіїєґІЇЄҐ])[a-zA-Z]", text)
    alone = re.findall(r"\b[б-жлмнп-тф-юБ-ЖЛМНП-ТФ-Ю]\b", text)
    return 0.3 * len(frequent) - 1.5 * len(swapped) - len(mixed) - len(alone)


def _latin(text: str) -> float:
    """Accents stand alone among plain letters; a run of them is another script."""
    runs = re.findall("[\u00c0-\u017f]{3,}", text)
    upper = re.findall("(?<=[a-z])[\u00c0-\u00de]", text)
    signs = re.findall("(?<=[a-zA-Z])[^\x00-\x7f\u00c0-\u024f\u2019·](?=[a-zA-Z])", text)
    return -1.2 * sum(map(len, runs)) - 0.8 * len(upper) - 1.5 * len(signs)


def _western(text: str) -> float:
    """What Polish and Czech look like in the western page counts against it."""
    polish = re.findall("[a-zA-Z][³¹¿Ÿœ]|[³¹Ÿœ][a-z]", text)
    czech = _CZECH.findall(text)
    return _latin(text) - 1.5 * len(polish) - 1.5 * len(czech)


def _chinese(text: str) -> float:
    return _ideographs(text, "gb2312", range(0xB0, 0xD8))


def _taiwanese(text: str) -> float:
    return _ideographs(text, "big5", range(0xA4, 0xC7))


def _ideographs(text: str, codec: str, common: range) -> float:
    """The first level of a national standard holds the common ideographs, the second rare ones."""
    points = 0.0
    for char in re.findall(f"[{_IDEOGRAPH}]", text):
        try:
            is_common = char.encode(codec)[0] in common
        except UnicodeEncodeError:
            points -= 1.0
        else:
            points += 0.0 if is_common else -0.8
    return points - _swallowing(text)


def _swallowing(text: str) -> float:
    """Ideographs within words of small letters: the second byte of each was a letter, too."""
    beside = re.findall(f"(?<=[a-z])[{_IDEOGRAPH}]|[{_IDEOGRAPH}](?=[a-z])", text)
    return float(len(beside))


def _japanese(text: str) -> float:
    """Kana among ideographs; half-width kana are what other pages look like in this one."""
    half = re.findall("[\uff61-\uff9f]", text)
    kana = re.findall(f"[{_KANA}]", text)
    ideographs = len(re.findall(f"[{_IDEOGRAPH}]", text))
    return (
        0.3 * len(kana)
        - 1.2 * len(half)
        - (0.5 * ideographs if not kana else 0.0)
        - _swallowing(text)
    )


def _korean(text: str) -> float:
    """Modern Korean has no ideographs, and a hundred syllables make most of it."""
    ideographs = re.findall(f"[{_IDEOGRAPH}]", text)
    syllables = re.findall("[\uac00-\ud7a3]", text)
    frequent = sum(syllable in _SYLLABLES for syllable in syllables)
    rare = sum(not _is_in(syllable, "euc-kr") for syllable in syllables)
    return 0.7 * frequent - 0.25 * (len(syllables) - frequent) - rare - 1.5 * len(ideographs)


def _is_in(char: str, codec: str) -> bool:
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


_HABITS = {
    "cp1251": _cyrillic,
    "koi8-r": _cyrillic,
    "cp866": _cyrillic,
    "gb18030": _chinese,
    "cp932": _japanese,
    "big5": _taiwanese,
    "cp949": _korean,
    "cp1252": _western,
    "cp437": _western,
    "cp1250": _latin,
}
