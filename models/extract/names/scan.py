"""One reading of a name for all that describes a release: rules of `technical.toml` and
`languages.toml`.

From it come the technical fields and, as important, where the description begins: a title ends
before it.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

START = r"(?<![^\s._\-\[\](){},+&/|~@￡●・·【】（）\u2e80-\u9fff])"
END = r"(?![^\s._\-\[\](){},+&/|~@￡●・·【】（）\u2e80-\u9fff])"
_HERE = Path(__file__).parent

SUBTITLE = "subs?(?:titles?|bed)?"
"""The word for subtitles, in a pattern."""

STRONG = frozenset({"resolution", "source", "codec", "audio_codec", "hdr"})
"""Fields that no title contains, but for `WEAK` words."""

WEAK = frozenset(
    """web cam ts tc lp cd cds tape vinyl imax dc dv opus ape ogg pal scr eac bd dd wp k7 cassette extended uncut
    unrated limited real final complete it max red stan vo int hd fs ws ld md dl ml retail sho uhd deluxe special
    convert hybrid festival remastered anniversary lame wav restoration restored theatrical uncensored criterion""".split()  # noqa: SIM905
)
"""Words that titles contain, too ("Deep Web", "Unlimited Max"): they describe a release only beside
other such words.
"""


_NEVER_TITLE = frozenset(
    {"extended", "unrated", "remastered", "theatrical", "internal", "dubbed", "proper", "repack"}
)
"""Weak words that, right before the year, belong to the release all the same."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fits: its field and value, and where, in characters."""

    field: str
    value: str
    start: int
    end: int
    text: str

    @property
    def weak(self) -> bool:
        return self.field == "other" or self.text in WEAK


@cache
def rules() -> dict[str, dict[str, str]]:
    """The rules of `technical.toml`: field -> value -> pattern."""
    table: dict[str, dict[str, str]] = tomllib.loads(
        (_HERE / "technical.toml").read_text(encoding="utf-8")
    )
    return table


@cache
def languages() -> dict[str, dict[str, str]]:
    """`languages.toml`: language -> names, short, codes."""
    table: dict[str, dict[str, str]] = tomllib.loads(
        (_HERE / "languages.toml").read_text(encoding="utf-8")
    )
    return table


@cache
def _language_word() -> str:
    """Any language in any case: a whole name, or three letters."""
    words = [
        one
        for table in languages().values()
        for key in ("names", "short")
        if (one := table.get(key))
    ]
    return "(?:" + "|".join(words) + ")"


_BEFORE = re.compile(r"^(?:(?:\d?x)?\d?|dub[ .-])(?=\D)", re.IGNORECASE)
_BEHIND = re.compile(r"[ .-]?(?:dub(?:bed|s)?|lek(?:tor)?|audio)$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _language_of(text: str) -> str:
    """The language that a word names, whatever stands around it (2xukr, pldub, dub pl)."""
    bare = _BEFORE.sub("", text)
    words = (text, bare, _BEHIND.sub("", bare))
    return next(
        code for word in words for code, pattern in _language_patterns() if pattern.fullmatch(word)
    )


@cache
def _language_patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (
            code,
            re.compile(
                "|".join(table[key] for key in ("names", "short") if key in table), re.IGNORECASE
            ),
        )
        for code, table in languages().items()
    ]


@cache
def _pattern() -> tuple[re.Pattern[str], list[tuple[str, str]]]:
    """All rules as one alternation, and field and value of each group."""
    language, subs = _language_word(), SUBTITLE
    parts: list[tuple[str, str, str]] = [
        # Languages before or after the word are those of the subtitles: Ger.Eng.Sub, Sub (Rus/Fra),
        # sub Eng, ESubs
        (
            "subtitles",
            "run",
            rf"(?:{language}[ ._,/&+-]{{1,3}}){{0,4}}{language}(?:[ ._-]{{0,2}})(?:soft|hard|ext)?-?{subs}",
        ),
        (
            "subtitles",
            "run",
            rf"{subs}[ ._:(\[-]{{1,3}}(?:\d?x?{language}[ ._,/&+]{{0,2}}){{1,6}}(?<![ ._])",
        ),
        ("subtitles", "multi", r"(?:multi|m)[ .-]?subs?(?:titles?)?|multiple[ .]subtitles?"),
        ("subtitles", "en", "e-?subs?"),
        ("subtitles", "yes", "(?:soft|hard)?-?subs?(?:bed|titles?)?|hc|字幕|中字"),
        (
            "languages",
            "multi",
            r"multi(?:[ .-]?(?:lang(?:uage)?s?|audio|\d{1,2}))?|dual[ .-]?audio|dual",
        ),
    ]
    parts.append(
        (
            "languages",
            "word",
            rf"(?:\d?x)?\d?{language}(?:[ .-]?(?:dub(?:bed|s)?|lek(?:tor)?|audio))?|dub[ .-]{language}",
        )
    )
    parts += [
        (field, value, pattern)
        for field, table in rules().items()
        for value, pattern in table.items()
    ]
    text = "|".join(f"({pattern})" for _, _, pattern in parts)
    return re.compile(f"{START}(?:{text}){END}", re.IGNORECASE), [
        (field, value) for field, value, _ in parts
    ]


@cache
def _codes() -> tuple[re.Pattern[str], dict[str, str]]:
    """Two capitals, beside word ends; with what may follow them (PL-DUB, BG.AUDIO)."""
    table = {
        code: language
        for language, one in languages().items()
        for code in one.get("codes", "").split("|")
        if code
    }
    return re.compile(
        rf"{START}({'|'.join(table)})(?=(?:[ .-]?(?:DUB|LEK|AUDIO|SUBS?))?{END})"
    ), table


@lru_cache(maxsize=512)
def scan(name: str) -> tuple[Hit, ...]:
    """Everything in the name that describes a release, in order."""
    pattern, meaning = _pattern()
    found = []
    for match in pattern.finditer(name):
        field, value = meaning[(match.lastindex or 1) - 1]
        text = match[0].lower()
        if value == "word":
            value = _language_of(match[0])
        found.append(Hit(field, value, match.start(), match.end(), text))
    return tuple(found)


def language_codes(name: str, start: int) -> list[tuple[str, int]]:
    """(language, place) of two-letter codes from `start` on."""
    pattern, table = _codes()
    return [(table[match[1]], match.start()) for match in pattern.finditer(name, start)]


_GAP = re.compile(r"[\s._\-\[\](){},+&/|~@【】（）]*\Z")


def description(name: str, fixed: Sequence[tuple[int, int]] = ()) -> int | None:
    """Where the description of the release begins, which is where a title ends at the latest;
    `None` where there is none.

    Args:
        name: the name.
        fixed: places (from, to) of what is no title either: the year, the numbering.
    """
    marks = [(hit.start, hit.end, hit.weak, hit.field) for hit in scan(name)]
    marks += [(start, end, False, "fixed") for start, end in fixed]
    marks.sort()
    for index, (start, end, weak, field) in enumerate(marks):
        if start == 0:
            continue
        if field not in STRONG and field != "fixed":
            continue
        if weak and not _described(name, end, marks[index + 1 :]):
            continue
        return _before(name, start, field, marks[:index])
    # No strong word: a run of weak ones at the very end describes a release, too.
    tail = _END_OF_NAME.search(name)
    return _before(name, tail.start(), "end", marks) if marks and tail else None


_END_OF_NAME = re.compile(r"(?:[-@][A-Za-z0-9_]{2,20})?(?:\[[^\]]*\])?(?:\.\w{2,4})?\Z")


def _described(name: str, end: int, later: Sequence[tuple[int, int, bool, str]]) -> bool:
    """Whether something that describes a release, and no mere year, follows at once."""
    if not later:
        return _END_OF_NAME.fullmatch(name, end) is not None
    start, _, _, field = later[0]
    return field != "fixed" and _GAP.match(name[end:start]) is not None


def _before(
    name: str, start: int, field: str, earlier: Sequence[tuple[int, int, bool, str]]
) -> int:
    """The beginning of the run of descriptive words that leads up to `start`."""
    following = field
    for first, end, weak, kind in reversed(earlier):
        if first == 0 or _GAP.match(name[end:start]) is None:
            break
        # A weak word right before the year belongs to the title ("Deep Web 2015"); a language does
        # not.
        if weak and following == "fixed" and name[first:end].lower() not in _NEVER_TITLE:
            break
        start, following = first, kind
    return start
