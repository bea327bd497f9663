"""The choices beside a list of results: facets with their counts, and the order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from infra.postgres.search import Facets, Sort
from streams.web.asked import Asked

TITLES = {
    "medium": "Medium",
    "subcategory": "Kind",
    "own_class": "Own class",
    "year": "Year",
    "resolution": "Resolution",
    "language": "Language",
    "codec": "Codec",
    "linked": "MusicBrainz",
    "confidence": "Confidence",
}
SHOWN = 8
"""Values of a facet that are seen at once; the others are behind a click."""

_ORDERS = (
    (Sort.RELEVANCE, "Relevance"),
    (Sort.SEEDERS, "Seeders"),
    (Sort.SIZE, "Size"),
    (Sort.AGE, "Newest"),
)
_LINKED = {"yes": "linked", "no": "not linked"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A link to the same search with one thing changed."""

    label: str
    address: str
    is_chosen: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """The choices of one field."""

    name: str
    title: str
    choices: tuple[Choice, ...]


def changes(name: str, value: str) -> dict[str, Any]:
    """The parameters that choose a value of a facet."""
    match name:
        case "year":
            return {"year_from": int(value), "year_to": int(value)}
        case "confidence":
            low = float(value)
            return {"confidence_from": low, "confidence_to": _upper(low)}
        case "subcategory":
            return {"subcategory": (value,)}
        case _:
            return {name: value}


def _upper(low: float) -> float:
    """The end of a tenth. The ends belong to a range, so the next tenth begins just behind."""
    return 1.0 if low >= 0.9 else round(low + 0.099999, 6)


def shown(name: str, value: str) -> str:
    """A value of a facet, for people."""
    match name:
        case "subcategory" | "own_class":
            return value.replace("_", " ")
        case "linked":
            return _LINKED.get(value, value)
        case "confidence":
            low = round(float(value) * 100)
            return f"{low}–{low + 10} %"
        case _:
            return value


def facet_lists(asked: Asked, counted: Facets) -> list[Facet]:
    """The facets of a search, those without a choice left out."""
    lists = []
    for name, title in TITLES.items():
        values = counted.values.get(name, ())
        choices = tuple(_choice(asked, name, value.value, value.count) for value in values)
        if len(choices) > 1 or any(choice.is_chosen for choice in choices):
            lists.append(Facet(name, title, choices))
    return lists


def _choice(asked: Asked, name: str, value: str, count: int) -> Choice:
    wanted = changes(name, value)
    is_chosen = all(_same(getattr(asked, field), want) for field, want in wanted.items())
    changed = dict.fromkeys(wanted) if is_chosen else wanted
    if name == "medium":  # a kind is of one medium
        changed = {**changed, "subcategory": None}
    return Choice(shown(name, value), asked.address(**changed), is_chosen, count)


def _same(have: Any, want: Any) -> bool:
    return tuple(have) == want if isinstance(want, tuple) else have == want


def orders(asked: Asked) -> list[Choice]:
    """The orders of a search."""
    now = asked.sort or Sort.RELEVANCE
    return [Choice(label, asked.address(sort=sort.value), sort is now) for sort, label in _ORDERS]


_REMOVED: tuple[tuple[tuple[str, ...], Callable[[Asked], str]], ...] = (
    (("medium",), lambda asked: str(asked.medium)),
    (("subcategory",), lambda asked: ", ".join(asked.subcategory).replace("_", " ")),
    (("own_class",), lambda asked: str(asked.own_class).replace("_", " ")),
    (("year_from", "year_to"), lambda asked: _span(asked.year_from, asked.year_to)),
    (("resolution",), lambda asked: str(asked.resolution)),
    (("language",), lambda asked: f"language {asked.language}"),
    (("codec",), lambda asked: str(asked.codec)),
    (("linked",), lambda asked: _LINKED[str(asked.linked)]),
    (
        ("confidence_from", "confidence_to"),
        lambda asked: _percentages(asked.confidence_from, asked.confidence_to),
    ),
    (("artist",), lambda asked: "one artist"),
    (("release_group",), lambda asked: "one release group"),
    (("size_from", "size_to"), lambda asked: "size"),
)


def _percentages(low: float | None, high: float | None) -> str:
    ends = [None if end is None else round(end * 100) for end in (low, high)]
    return f"confidence {_span(*ends)} %"


def _span(low: object | None, high: object | None) -> str:
    if low == high:
        return str(low)
    return f"{'' if low is None else low}–{'' if high is None else high}"


def removals(asked: Asked) -> Iterator[Choice]:
    """What a search is narrowed by, each as a link to the search without it."""
    for fields, label in _REMOVED:
        if any(getattr(asked, field) not in (None, ()) for field in fields):
            without: dict[str, Any] = dict.fromkeys(fields)
            yield Choice(label(asked), asked.address(**without), is_chosen=True)
