"""What a name says of a program or game, each thing with the place where it says so."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

from models.extract.evidence.details import Described, Detail
from models.extract.names.endings import without_extension
from models.extract.names.phrases import Phrase, Phrases
from models.extract.names.words import is_inside_bracket, is_words, readable
from models.extract.rules.software import groups, roms, titles, versions
from models.extract.rules.software.groups import Group
from models.extract.rules.software.systems import system
from models.extract.rules.software.titles import Cut, Marks
from models.extract.rules.years import Dated, year
from schemas import Subcategory, TorrentFile

_FILE = Path(__file__).with_name("words.toml")
_LISTS = frozenset({"platforms", "architectures", "kinds", "regions", "formats"})
_EDITIONS = "editions"
_LANGUAGES = "languages"
_RULE = "software-words"
_IN_BRACKETS = "year-brackets"
_OF_PROGRAMS = frozenset(
    {"windows", "macos", "linux", "android", "ios", "dos", "symbian", "pocket-pc", "palm"}
)
_IN_GAMES = frozenset({"portable", "switch", "saturn", "ps-vita", "arcade", "dreamcast"})
"""What the last word of a game's title may be, though it describes a program."""

_DASH = re.compile(r"[ ._][-–][ ._]$")
_OF_DAY = "year-of-day"
_DAY = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)[._-](?:1[0-2]|0[1-9])[._-](?:3[01]|[12]\d|0[1-9])(?!\d)"
)
"""How nightly builds and snapshots are named: 2025-06-30."""

_NEAR = " .-_[("
"""What may stand between the year in a program's name and what describes the release."""


def read(name: str, subcategory: Subcategory) -> Described:
    """All that the name of a program or game says."""
    phrases = _of_class(_phrases().found_in(name), subcategory)
    numbers = versions.numbered(without_extension(name))
    tags = roms.brackets(name)
    dated = _year(name, subcategory, phrases, numbers)
    marks, group = _marks(name, subcategory, phrases, numbers, dated)
    cut = titles.title(name, marks)
    if cut is not None and subcategory is Subcategory.APPLICATION:
        cut = titles.without_number(name, cut)
    behind = 0 if cut is None else cut.end
    believed = [phrase for phrase in phrases if _is_believed(name, phrase, behind)]
    if dated is None:
        dated = _any_year(name, numbers)
    spoken = [phrase.value for phrase in believed if phrase.field == _LANGUAGES]
    spoken += [language for tag in tags if tag.field == _LANGUAGES for language in tag.values]
    return Described(
        said=tuple(_said(cut, dated)),
        details=(
            *_of_title(name, cut, believed),
            *_of_numbers(numbers, behind),
            *_of_words(believed),
            *_of_tags(tags),
        ),
        languages=tuple(dict.fromkeys(spoken)),
        group=None if group is None else group.text,
        is_repack=any(phrase.value == "repack" for phrase in believed),
        is_sure=True,
    )


def of_files(files: Sequence[TorrentFile]) -> Iterator[Detail]:
    """What the ending of the largest file says."""
    if not files:
        return
    largest = max(files, key=lambda file: (file.size or 0, file.path))
    ending = PurePosixPath(largest.path).suffix.lower()
    for phrase in _phrases().found_in(ending):
        if phrase.field in ("formats", "platforms"):
            yield Detail(phrase.field, (phrase.value,), "file-ending", path=largest.path)


@cache
def _phrases() -> Phrases:
    return Phrases.read(_FILE)


def _marks(
    name: str,
    subcategory: Subcategory,
    phrases: Sequence[Phrase],
    numbers: Sequence[versions.Numbered],
    dated: Dated | None,
) -> tuple[Marks, Group | None]:
    """What is no title, and the group."""
    places = [(number.start, number.end) for number in numbers]
    strong = [(phrase.start, phrase.end) for phrase in phrases if not phrase.weak]
    weak = [(phrase.start, phrase.end) for phrase in phrases if phrase.weak]
    group = groups.group(name, [*places, *strong], weak)
    marks = Marks(
        numbers=places,
        phrases=phrases,
        years=[] if dated is None else [(dated.start, dated.end)],
        group=None if group is None else (group.start, group.end),
        of_titles=_IN_GAMES if subcategory is Subcategory.GAME else frozenset(),
    )
    return marks, group


def _said(cut: Cut | None, dated: Dated | None) -> Iterator[tuple[str, str | int, str]]:
    if cut is not None:
        yield "title", cut.text, cut.rule
    if dated is not None:
        yield "year", dated.year, dated.rule


def _year(
    name: str,
    subcategory: Subcategory,
    phrases: Sequence[Phrase],
    numbers: Sequence[versions.Numbered],
) -> Dated | None:
    """The year that is no part of the title. Returns None if there is none.

    A bare year is part of a game's title unless a dash parts them; a program's stands before what
    describes the release.
    """
    dated = _any_year(name, numbers)
    if dated is None:
        return None
    if dated.rule in (_IN_BRACKETS, _OF_DAY):
        return dated
    if subcategory is Subcategory.GAME:
        is_last = not is_words(without_extension(name)[dated.end :])
        return dated if is_last and _DASH.search(name, 0, dated.start) else None
    starts = [number.start for number in numbers] + [phrase.start for phrase in phrases]
    following = min((start for start in starts if start >= dated.end), default=len(name))
    gap = name[dated.end : following]
    return None if gap.strip(_NEAR) else dated


def _any_year(name: str, numbers: Sequence[versions.Numbered]) -> Dated | None:
    """A year that may belong to the title, too, or that of a day. Returns None if there is none."""
    dated = year(name)
    if dated is None and (day := _DAY.search(name)) is not None:
        dated = Dated(int(day["year"]), day.start(), _OF_DAY)
    if dated is None or any(number.start <= dated.start < number.end for number in numbers):
        return None
    return dated


def _of_class(phrases: list[Phrase], subcategory: Subcategory) -> list[Phrase]:
    """The phrases that may describe a program: consoles play games, and `Acrobat DC` is none."""
    if subcategory is not Subcategory.APPLICATION:
        return phrases
    return [
        phrase
        for phrase in phrases
        if not phrase.weak or phrase.field != "platforms" or phrase.value in _OF_PROGRAMS
    ]


def _is_believed(name: str, phrase: Phrase, behind: int) -> bool:
    """Whether a phrase describes the release: it is no word of titles, or stands beside them."""
    if not phrase.weak or phrase.start >= behind:
        return True
    return is_inside_bracket(name, phrase.start)


def _of_title(name: str, cut: Cut | None, believed: Sequence[Phrase]) -> Iterator[Detail]:
    """The edition, and the platform that the title itself names."""
    if cut is None:
        return
    if cut.edition is not None:
        start, end = cut.edition
        yield Detail("edition", readable(name[start:end]), "edition-word", start, end)
    else:
        for phrase in believed:
            if phrase.field == _EDITIONS:
                text = readable(name[phrase.start : phrase.end])
                yield Detail("edition", text, _RULE, phrase.start, phrase.end)
    if cut.version is not None:
        start, end = cut.version
        yield Detail("version", name[start:end], "last-number", start, end)
    if (known := system(cut.text)) is not None:
        start = cut.start + known.start
        end = cut.start + known.end
        yield Detail("platforms", (known.platform,), "system", start, end)


def _of_numbers(numbers: Sequence[versions.Numbered], behind: int) -> Iterator[Detail]:
    """Version, build and update that stand behind the title."""
    for number in numbers:
        if number.start >= behind:
            yield Detail(number.field, number.text, "version", number.start, number.end)


def _of_words(believed: Sequence[Phrase]) -> Iterator[Detail]:
    """The lists that words fill; a value of several words is several values."""
    for phrase in believed:
        if phrase.field in _LISTS:
            values = tuple(phrase.value.split())
            yield Detail(phrase.field, values, _RULE, phrase.start, phrase.end)


def _of_tags(tags: Sequence[roms.Bracket]) -> Iterator[Detail]:
    """The regions and the revision in a ROM's brackets."""
    for tag in tags:
        if tag.field == "regions":
            yield Detail("regions", tag.values, "rom-name", tag.start, tag.end)
        elif tag.field == "version":
            yield Detail("version", tag.values[0], "rom-name", tag.start, tag.end)
