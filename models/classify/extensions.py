"""The first stage: what the files are, by a vote of their bytes.

Only content votes: padding (BEP 47), samples, subtitles, artwork and release notes are out. Kinds
that say nothing (archives, disc images) and unknown extensions take part in the total, so that a
torrent that is mostly these stays undecided and goes on to the next stage.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from models.classify import layouts
from models.text.literals import Screen
from schemas.media import Medium, Subcategory
from schemas.torrent import TorrentFile

RULES = Path(__file__).with_name("extensions.toml")

MIN_SHARE = 0.8
"""Share of the voting bytes that a medium needs.

Below it two media are mixed, and the name says more than the bytes.
"""

MIN_KNOWN = 0.6
"""Share of all content bytes whose kind must be known."""

_CAUTION = 0.98
"""Factor on the measured confidence of file lists, of which there are too few real ones to measure
on.
"""

_PACKERS = frozenset({"gz", "bz2", "xz", "zst", "lz", "lzma", "z"})
_VOLUME = re.compile(r"r\d{2}|[sz]\d{2}|0\d\d")
_VOLUMES = re.compile(r"\.(?:r\d{2}|part\d{1,3}\.rar)$")
_PACKED = frozenset({Medium.VIDEO, Medium.SOFTWARE})
"""What is packed in volumes of RAR."""
_GAME_SIZE = 300 * 2**20
"""Bytes from which volumes hold no album and no book."""
_DUMP = re.compile(r"(^|[ ._/-])(sql|sqlite|db|database)?[ ._-]?(dump|dataset)\.[a-z0-9]+$")
_INSTALLER = re.compile(r"(^|/)(setup|install|autorun)[^/]*\.(exe|msi)$")
_BUNDLE = re.compile(r"\w\.(app|framework|kext|bundle)$")
_ENDING = re.compile(r"\.([a-z0-9_!]{1,9})$")


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of extensions.toml. `confidence` is its `lower`: right at least so often."""

    name: str
    medium: Medium | None
    subcategory: Subcategory | None
    ignored: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Vote:
    """A decided vote. `kind` is the heaviest kind of the winning medium."""

    medium: Medium
    subcategory: Subcategory | None
    kind: str
    share: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Content:
    """One file that counts, with its kind if known."""

    path: str
    size: int | None
    kind: Kind | None


class Aside(StrEnum):
    """What a file may be that is not what the torrent is about."""

    PADDING = "patterns"
    SAMPLE = "samples"
    EXTRA = "extras"
    ARTWORK = "artwork"


_DROPPED = frozenset({Aside.PADDING, Aside.SAMPLE})


@dataclass(frozen=True, slots=True)
class _Table:
    by_ending: dict[str, Kind]
    words: frozenset[str]
    asides: tuple[tuple[Aside, re.Pattern[str]], ...]
    screen: Screen
    """Of the expressions of `asides`: most paths match none, and none is tried."""


@cache
def _table() -> _Table:
    raw = tomllib.loads(RULES.read_text(encoding="utf-8"))
    by_ending = {}
    for name, row in raw["kinds"].items():
        kind = Kind(
            name=name,
            medium=Medium(row["medium"]) if "medium" in row else None,
            subcategory=Subcategory(row["subcategory"]) if "subcategory" in row else None,
            ignored=row.get("ignored", False),
            confidence=row.get("lower", 0.0),
        )
        by_ending.update(dict.fromkeys(row["extensions"], kind))
    asides = tuple((aside, re.compile("|".join(raw["ignored"][aside]))) for aside in Aside)
    return _Table(
        by_ending=by_ending,
        words=frozenset(raw["words"]),
        asides=asides,
        screen=Screen([expression for _, expression in asides]),
    )


def deciding() -> list[str]:
    """Names of the kinds that say a medium, in the order of the file."""
    kinds = dict.fromkeys(_table().by_ending.values())
    return [kind.name for kind in kinds if kind.medium is not None]


def kind_of(path: str) -> Kind | None:
    """The kind of a file by its extension; `None` if it has none or an unknown one.

    Parts (.r00, .001) are archives. What is packed alone keeps its kind (`.csv.gz`), and an archive
    named as a dump is data.
    """
    low = path.lower()
    match = _ENDING.search(low)
    if match is None:
        return None
    ending = match[1]
    by_ending = _table().by_ending
    if ending not in by_ending and _VOLUME.fullmatch(ending):
        return by_ending["rar"]
    kind = by_ending.get(ending)
    if kind is not None and kind.name == "archive":
        if _DUMP.search(low):
            return by_ending["sql"]
        inner = _ENDING.search(low[: match.start()])
        packed = by_ending.get(inner[1]) if inner and ending in _PACKERS else None
        if packed is not None and packed.medium is not None:
            return packed
    return kind


def content(files: Iterable[TorrentFile]) -> list[Content]:
    """The files that count: no padding, no samples, no companions.

    Extras count where there is nothing but extras, and artwork where there is nothing else at all.
    """
    main: list[Content] = []
    rest: list[Content] = []
    for file in files:
        path = file.path.replace("\\", "/")
        low = path.lower()
        asides = _asides(low)
        if not asides.isdisjoint(_DROPPED):
            continue
        kind = kind_of(low)
        if kind is not None and kind.ignored:
            continue
        is_rest = asides or _is_image(kind)
        (rest if is_rest else main).append(Content(path, file.size, kind))
    extras = [item for item in rest if not _is_image(item.kind)]
    return main or extras or rest


def _asides(low: str) -> set[Aside]:
    """What a path, in lower case, says that the file is beside."""
    table = _table()
    candidates = [table.asides[place] for place in table.screen.candidates(low)]
    return {aside for aside, expression in candidates if expression.search(low)}


def _is_image(kind: Kind | None) -> bool:
    return kind is not None and kind.name == "image"


def largest(items: Sequence[Content], files: Sequence[TorrentFile] | None, count: int) -> list[str]:
    """Paths of the largest files that count, for the BERT; ties in their order in the torrent.

    Where none counts (only companions) the first of all files stand in.
    """
    if not items:
        return [file.path for file in (files or ())[:count]]
    ranked = sorted(range(len(items)), key=lambda index: (-(items[index].size or 0), index))
    return [items[index].path for index in ranked[:count]]


def vote(items: Sequence[Content]) -> Vote | None:
    """Who wins the bytes; `None` when nobody does clearly.

    Where any size is unknown every file counts the same.
    """
    if not items:
        return None
    layout = _by_layout(items)
    if layout is not None:
        return layout
    weights = _weights(items)
    by_kind: dict[str, float] = defaultdict(float)
    kinds: dict[str, Kind] = {}
    for item, weight in zip(items, weights, strict=True):
        if item.kind is not None and item.kind.medium is not None:
            by_kind[item.kind.name] += weight
            kinds[item.kind.name] = item.kind
    by_medium = _by_medium(by_kind, kinds)
    known = sum(by_medium.values())
    if known <= 0 or known < MIN_KNOWN * sum(weights):
        return _installer(items)
    medium = max(by_medium, key=lambda medium: (by_medium[medium], medium.value))
    share = by_medium[medium] / known
    if share < MIN_SHARE:
        return None
    heaviest = max(
        (name for name in by_kind if kinds[name].medium == medium),
        key=lambda name: (by_kind[name], name),
    )
    kind = kinds[heaviest]
    return Vote(medium, kind.subcategory, kind.name, share, kind.confidence * share * _CAUTION)


def _by_layout(items: Sequence[Content]) -> Vote | None:
    """What files of a kind that says little are by the way they are named and laid out."""
    kinds = {item.kind.name if item.kind else None for item in items}
    if kinds == {"image"} and layouts.are_pages([item.path for item in items]):
        return _laid_out("cbz", "pages")
    if kinds & {None, "disc"} and layouts.is_of_console([item.path for item in items]):
        return _laid_out("nes", "console")
    if kinds <= {"archive", "disc"} and layouts.are_roms([item.path for item in items]):
        return _laid_out("nes", "roms")
    return None


def _laid_out(ending: str, layout: str) -> Vote | None:
    """The vote of files that are laid out as the content of files with an ending."""
    kind = _table().by_ending[ending]
    if kind.medium is None:
        return None
    return Vote(kind.medium, kind.subcategory, layout, 1.0, kind.confidence * _CAUTION)


def volumes(items: Sequence[Content], likely: Medium) -> Vote | None:
    """Software that is packed in volumes of RAR, as games are.

    Args:
        items: files that count.
        likely: what the name seems to be. Films and series are packed so as well, and their names
            say so; music and books are not.
    """
    if likely in _PACKED:
        return None
    parts = [item for item in items if item.kind is not None and item.kind.name == "archive"]
    is_volume = [_VOLUMES.search(item.path.lower()) is not None for item in parts]
    total = sum(item.size or 0 for item in parts)
    if len(parts) < len(items) or sum(is_volume) < 2 or total < _GAME_SIZE:
        return None
    return _laid_out("nes", "volumes")


def _weights(items: Sequence[Content]) -> list[float]:
    """The bytes of each file, or 1 for each where any size is unknown or all are nought."""
    unknown = any(item.size is None for item in items) or not any(item.size for item in items)
    return [1.0 if unknown else float(item.size or 0) for item in items]


def _by_medium(by_kind: Mapping[str, float], kinds: Mapping[str, Kind]) -> dict[Medium, float]:
    by_medium: dict[Medium, float] = defaultdict(float)
    for name, weight in by_kind.items():
        medium = kinds[name].medium
        assert medium is not None
        by_medium[medium] += weight
    return by_medium


def _installer(items: Sequence[Content]) -> Vote | None:
    """Software by its installer.

    What is large beside a `setup.exe` are archives and images that it unpacks.
    """
    kinds = [item.kind for item in items if item.kind and _INSTALLER.search(item.path.lower())]
    if not kinds or kinds[0].medium is None:
        return None
    installer = kinds[0]
    others = {item.kind.name for item in items if item.kind and item.kind.medium is not None}
    if others - {installer.name}:
        return None
    return Vote(kinds[0].medium, None, "installer", 1.0, installer.confidence * _CAUTION)


def bundle(name: str) -> Vote | None:
    """Software by its name alone: a folder named `.app` or `.framework` is a program of macOS."""
    kind = _table().by_ending["dmg"]
    if kind.medium is None or not _BUNDLE.search(name.lower()):
        return None
    return Vote(kind.medium, kind.subcategory, "bundle", 1.0, kind.confidence * _CAUTION)


def unfamiliar(items: Sequence[Content]) -> bool:
    """Whether there are files and not one has a known extension: works seldom come so."""
    return bool(items) and all(item.kind is None for item in items)


def lone_file(name: str) -> Vote | None:
    """The vote of a name that ends in an extension, where no files are known: it is that file."""
    match = _ENDING.search(name.lower())
    kind = kind_of(name)
    if match is None or match[1] in _table().words or kind is None or kind.medium is None:
        return None
    return Vote(kind.medium, kind.subcategory, kind.name, 1.0, kind.confidence)
