"""The address of a search: what its parameters mean, and the address of another one beside it.

The page, the feed and the JSON API have the same parameters.
"""

from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, Self, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from infra import ranges
from infra.postgres.search import MAX_ROWS, Query, Sort
from schemas import Medium, Subcategory, clean_text

MAX_QUESTION = 512
"""Characters that are looked at; whoever pastes more is asked for less."""


_NATURAL = {
    "year": ("year_from", "year_to"),
    "min_size": ("size_from",),
    "max_size": ("size_to",),
}
"""Names as `mimmo search` has them -> the parameters that they stand for."""

_RANGES = (
    ("year_from", "year_to"),
    ("confidence_from", "confidence_to"),
    ("size_from", "size_to"),
)


def cleaned(value: object) -> object:
    """A text without control characters.

    Raises:
        ValueError: nothing else is in it. It is not the same as no text, which finds everything.
    """
    if not isinstance(value, str):
        return value
    text = clean_text(value)
    if not text and value.strip(" \t\r\n"):
        raise ValueError("there are only control characters in it")
    return text


def without_empty(values: object) -> object:
    """Parameters without the empty ones, which forms send for what was left open."""
    if not isinstance(values, dict):
        return values
    return {name: value for name, value in values.items() if value not in ("", [], [""])}


def _years(value: object) -> object:
    return ranges.years(value) if isinstance(value, str) else value


def _size(value: object) -> object:
    return ranges.size(value) if isinstance(value, str) else value


T = TypeVar("T")

Word = Annotated[str, BeforeValidator(cleaned), Field(max_length=64)]
Year = Annotated[int, Field(ge=0, le=9_999)]
Share = Annotated[float, Field(ge=0, le=1)]
Bytes = Annotated[int, Field(ge=0, lt=2**63)]


class Linked(StrEnum):
    """Whether a torrent is linked to MusicBrainz."""

    YES = "yes"
    NO = "no"


class Asked(BaseModel):
    """What is asked for. An empty parameter is the same as none, as forms send it.

    A name that is not known is refused: whoever asks would take everything for what they asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: Annotated[str, BeforeValidator(cleaned)] = Field(
        "",
        max_length=MAX_QUESTION,
        description='Words, as people type them: "a phrase", or, -without.',
    )
    medium: Medium | None = None
    subcategory: tuple[Subcategory, ...] = Field((), max_length=len(Subcategory))
    own_class: Word | None = Field(None, description="A class of the user's own.")
    year: Annotated[str, BeforeValidator(_years)] | None = Field(
        None, description="1999, 1990-1999, 1990- or -1999: year_from and year_to in one."
    )
    year_from: Year | None = None
    year_to: Year | None = None
    resolution: Word | None = None
    language: Word | None = Field(None, description="ISO 639-1, or multi.")
    codec: Word | None = Field(None, description="Of video or of audio.")
    linked: Linked | None = Field(None, description="Whether a MusicBrainz artist is known.")
    confidence_from: Share | None = Field(None, description="Of the class.")
    confidence_to: Share | None = None
    artist: UUID | None = Field(None, description="MBID of an artist.")
    release_group: UUID | None = Field(None, description="MBID of a release group.")
    min_size: Annotated[str, BeforeValidator(_size)] | None = Field(
        None, description="700M, 1.5G: size_from in powers of 1024."
    )
    max_size: Annotated[str, BeforeValidator(_size)] | None = Field(
        None, description="20G: size_to in powers of 1024."
    )
    size_from: Bytes | None = Field(None, description="Bytes.")
    size_to: Bytes | None = None
    adult: bool = Field(False, description="Whether adult works are shown, too.")
    by_meaning: bool = Field(
        False, description="Whether the words say what is meant: one page, the nearest first."
    )
    sort: Sort | None = None
    after: str | None = Field(
        None, max_length=512, description="Where the page before ended, as it said."
    )
    limit: int = Field(50, ge=1, le=MAX_ROWS)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, values: Any) -> Any:
        kept = without_empty(values)
        return _plain(kept) if isinstance(kept, dict) else kept

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.is_meant and (self.after is not None or self.sort not in (None, Sort.RELEVANCE)):
            raise ValueError("by_meaning: there is one page, the nearest first: no after, no sort")
        for low, high in _RANGES:
            first, last = getattr(self, low), getattr(self, high)
            if first is not None and last is not None and first > last:
                raise ValueError(f"{low}: {first} is more than {high}, {last}")
        return self

    @property
    def is_meant(self) -> bool:
        """Whether it is to be found by meaning; without words there is none."""
        return self.by_meaning and bool(self.q.strip())

    @property
    def counted(self) -> Query:
        """What facets count: of a search by meaning all that passes its filters."""
        query = self.query()
        return replace(query, text="") if self.is_meant else query

    def query(self, *, typing: bool = False, sort: Sort = Sort.RELEVANCE) -> Query:
        """The question that is put to the database.

        Args:
            typing: whether the last word may go on.
            sort: the order where none is asked for.
        """
        return Query(
            text=self.q,
            prefix=typing,
            medium=self.medium,
            subcategories=tuple(self.subcategory),
            own_class=self.own_class,
            years=_range(self.year_from, self.year_to),
            resolution=self.resolution,
            language=self.language,
            codec=self.codec,
            linked=None if self.linked is None else self.linked is Linked.YES,
            confidence=_range(self.confidence_from, self.confidence_to),
            artist_mbid=self.artist,
            release_group_mbid=self.release_group,
            sizes=_range(self.size_from, self.size_to),
            adult=self.adult,
            sort=self.sort or sort,
        )

    def address(self, path: str = "/", **changes: Any) -> str:
        """The address of this search with other values; a None leaves a parameter out.

        A page that was reached does not go along, as it is of the old question.
        """
        values = {**self.chosen(), "after": None, **changes}
        pairs = [
            (name, _written(part))
            for name, value in values.items()
            for part in (value if isinstance(value, tuple | list) else (value,))
            if part is not None and part != "" and part is not False
        ]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def chosen(self) -> dict[str, Any]:
        """The parameters that are not as they are by default."""
        return self.model_dump(exclude_defaults=True)


class AskedByForm(Asked):
    """As the form of the page sends it.

    It sends the order that was chosen before along with its switch `by meaning`, which has none.
    """

    @model_validator(mode="before")
    @classmethod
    def _without_order(cls, values: Any) -> Any:
        if not isinstance(values, dict) or values.get("by_meaning") != "yes":
            return values
        is_meant = str(values.get("q", "")).strip()
        return {key: value for key, value in values.items() if key != "sort" or not is_meant}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Parameters with natural names as the others: an address has one form.

    What cannot be read stays, so that its field refuses it by its name.

    Raises:
        ValueError: the same is asked in two ways.
    """
    plain = dict(values)
    for name, parameters in _NATURAL.items():
        text = plain.get(name)
        if not isinstance(text, str):
            continue
        if twice := [parameter for parameter in parameters if parameter in plain]:
            raise ValueError(f"{name}: leave it out, or leave out {' and '.join(twice)}")
        try:
            read = ranges.years(text) if name == "year" else (ranges.size(text),)
        except ValueError:
            continue
        del plain[name]
        plain |= {key: at for key, at in zip(parameters, read, strict=True) if at is not None}
    return plain


def _range(low: T | None, high: T | None) -> tuple[T | None, T | None] | None:
    return None if low is None and high is None else (low, high)


def _written(value: Any) -> str:
    return "yes" if value is True else str(value)
