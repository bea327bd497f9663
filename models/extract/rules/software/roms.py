"""Names of console games as catalogues of ROMs write them: regions and languages in brackets.

No-Intro and Redump: `Name (Europe) (En,Fr,De) (Rev 1)`. TOSEC and GoodTools: `Name (U) (M6) [!]`.
"""

import re
from typing import NamedTuple

REGIONS = {
    "usa": ("usa", "us", "u", "america", "ntsc", "ntsc-u"),
    "europe": ("europe", "eu", "eur", "e", "pal"),
    "japan": ("japan", "jp", "jpn", "j", "ntsc-j"),
    "world": ("world", "w", "ju", "jue", "ue"),
    "korea": ("korea", "kr", "k", "ntsc-k"),
    "china": ("china", "ch", "cn"),
    "asia": ("asia",),
    "australia": ("australia", "au"),
    "brazil": ("brazil", "b", "br"),
    "canada": ("canada",),
    "france": ("france", "f"),
    "germany": ("germany", "g"),
    "italy": ("italy", "i"),
    "spain": ("spain", "s"),
    "netherlands": ("netherlands", "nl"),
    "russia": ("russia", "r"),
    "sweden": ("sweden", "sw"),
    "taiwan": ("taiwan",),
    "uk": ("uk", "united kingdom"),
}
"""Region -> how it is written alone in a bracket."""

_REGION_BY_SPELLING = {
    spelling: region for region, spellings in REGIONS.items() for spelling in spellings
}
_BRACKET = re.compile(r"[(\[]([^()\[\]]{1,60})[)\]]")
_LANGUAGES = re.compile(r"[A-Z][a-z](?:-[A-Z]\w{1,3})?(?:[,+][A-Z][a-z](?:-[A-Z]\w{1,3})?){0,20}")
_MANY = re.compile(r"M(?:ulti)?[ -]?\d{1,2}", re.IGNORECASE)
_REVISION = re.compile(r"Rev ?[0-9A-Z](?:\.\d{1,3})?", re.IGNORECASE)
_ALONE = re.compile(r"[A-Z]{1,2}")
_CODES = frozenset(
    (
        *("ar", "ca", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hr", "hu", "it"),
        *("ja", "ko", "nl", "no", "pl", "pt", "ro", "ru", "sl", "sv", "th", "tr", "vi", "zh"),
    )
)


class Bracket(NamedTuple):
    """What a bracket of a ROM's name says, and where it stands."""

    field: str
    values: tuple[str, ...]
    start: int
    end: int


def brackets(name: str) -> list[Bracket]:
    """The regions, languages and revision of a ROM's name."""
    if "(" not in name and "[" not in name:
        return []
    read = (_bracket(match) for match in _BRACKET.finditer(name))
    return [bracket for bracket in read if bracket is not None]


def _bracket(match: re.Match[str]) -> Bracket | None:
    text = match[1].strip()
    regions = tuple(_REGION_BY_SPELLING.get(part.strip().lower(), "") for part in text.split(","))
    if all(regions) and (len(text) > 2 or _ALONE.fullmatch(text)):
        return Bracket("regions", tuple(dict.fromkeys(regions)), *match.span())
    if _MANY.fullmatch(text):
        return Bracket("languages", ("multi",), *match.span())
    if _LANGUAGES.fullmatch(text):
        codes = [code[:2].lower() for code in text.replace("+", ",").split(",")]
        is_known = _CODES.issuperset(codes)
        return Bracket("languages", tuple(codes), *match.span()) if is_known else None
    if _REVISION.fullmatch(text):
        return Bracket("version", (text,), *match.span())
    return None
