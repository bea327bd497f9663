"""The fields of results that can be corrected, and what fits in them.

A field has one name wherever it is kept: title, creator and year are the uniform ones, since the
subcategory's own names of them change when the subcategory does.
"""

import re
from collections.abc import Collection
from enum import StrEnum
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from schemas.media import FALLBACK, MEDIUM_OF, SUBCATEGORIES, Medium, Subcategory
from schemas.metadata import Metadata, Technical, title_and_creator_fields
from schemas.plain import sentence
from schemas.result import Stage

Value = bool | int | str | tuple[str, ...]
"""What a corrected field can hold."""


class Place(StrEnum):
    """Where a field stands in a result."""

    CLASS = "class"
    UNIFORM = "uniform"
    METADATA = "metadata"
    TECHNICAL = "technical"
    LINK = "link"


MEDIUM = "medium"
ADULT = "adult"
LINK = "link"
UNIFORM = ("title", "creator", "year")
NO_LINK = "none"

_STRUCTURES = {"subcategory", "tracks", "episodes"}
"""What no single value can correct: the class has its own field, lists of objects have none."""

_MODELS: tuple[type[BaseModel], ...] = get_args(get_args(Metadata)[0])
_BY_SUBCATEGORY: MappingProxyType[Subcategory, type[BaseModel]] = MappingProxyType(
    {
        Subcategory(name): model
        for model in _MODELS
        for name in get_args(model.model_fields["subcategory"].annotation)
    }
)
_TITLES = {title_and_creator_fields(subcategory)[0] for subcategory in _BY_SUBCATEGORY}
_CREATORS = {"artist", "author"}
"""Fields of one creator; the artists of a collection are several and have their own name."""

METADATA_FIELDS = frozenset(
    name for model in _MODELS for name in model.model_fields if name not in _STRUCTURES
)
TECHNICAL_FIELDS = frozenset(Technical.model_fields)

_MBID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_LINKED = re.compile(
    rf"^(?:https?://(?:\w+\.)?musicbrainz\.org/)?(release-group|artist)[/:]({_MBID})[/?#]?$",
    re.IGNORECASE,
)


def fields_of(
    subcategory: Subcategory | None, stages: Collection[str] = tuple(Stage)
) -> tuple[str, ...]:
    """The fields that can be corrected in a torrent of this class, in the order of a page.

    Args:
        subcategory: the class; None: unknown.
        stages: those that have a current result, since only such a result shows a right value.
    """
    model = _BY_SUBCATEGORY.get(subcategory) if subcategory else None
    own = model.model_fields if model else {}
    names = [canonical_field(name, subcategory) for name in own if name not in _STRUCTURES]
    described = [*UNIFORM, *names, *Technical.model_fields]
    fields = dict.fromkeys((MEDIUM, ADULT, LINK, *described))
    return tuple(field for field in fields if stage_of(field) in stages)


def stage_of(field: str) -> Stage:
    """The stage whose result has a field, by its canonical name.

    Raises:
        ValueError: no result has it; the message names some that there are.
    """
    if field in (MEDIUM, ADULT):
        return Stage.CLASSIFY
    if field == LINK:
        return Stage.MATCH
    if field in METADATA_FIELDS or field in TECHNICAL_FIELDS or field in UNIFORM:
        return Stage.EXTRACT
    raise ValueError(
        f"there is no field {field[:64]!r} to correct; medium, adult, link, title, creator, year"
        " and the fields of the metadata can be"
    )


def canonical_field(field: str, subcategory: Subcategory | None = None) -> str:
    """The name that a field is kept under: `album_name` of an album is `title`.

    Without a class, a name that can only be a title or a creator is taken for one.
    """
    name = field.strip().lower().replace("-", "_")
    if name in (MEDIUM, ADULT, LINK, *UNIFORM):
        return name
    if name in ("nsfw", "subcategory"):
        return ADULT if name == "nsfw" else MEDIUM
    if subcategory is not None and subcategory in _BY_SUBCATEGORY:
        title, creator = title_and_creator_fields(subcategory)
        if name in (title, creator):
            return "title" if name == title else "creator"
        return name
    return "title" if name in _TITLES else "creator" if name in _CREATORS else name


def place_of(field: str, subcategory: Subcategory | None = None) -> Place:
    """Where a field, by its canonical name, stands in a result of a class.

    `edition` is a field of books and software, and of the technical data of all others.
    """
    if field in (MEDIUM, ADULT):
        return Place.CLASS
    if field == LINK:
        return Place.LINK
    if field in UNIFORM:
        return Place.UNIFORM
    if field not in TECHNICAL_FIELDS:
        return Place.METADATA
    model = _BY_SUBCATEGORY.get(subcategory) if subcategory else None
    return Place.METADATA if model and field in model.model_fields else Place.TECHNICAL


def canonical_value(field: str, value: Any, subcategory: Subcategory | None = None) -> Value:
    """The right value of a field in the form that it is kept in; texts are read.

    Raises:
        ValueError: it does not fit the contract of the field; the message says what would.
    """
    if field == MEDIUM:
        return _medium(value)
    if field == ADULT:
        return _adult(value)
    if field == LINK:
        return _link(value)
    stage_of(field)
    return _of_a_model(field, value, subcategory)


def _medium(value: Any) -> str:
    medium, _, finer = str(value).strip().lower().partition("/")
    if medium not in set(Medium):
        raise ValueError(f"there is no medium {medium[:64]!r}; take some of {', '.join(Medium)}")
    chosen = finer or FALLBACK[Medium(medium)].value
    if chosen not in set(Subcategory) or MEDIUM_OF[Subcategory(chosen)] != medium:
        ours = ", ".join(SUBCATEGORIES[Medium(medium)])
        raise ValueError(f"{chosen[:64]!r} is no subcategory of {medium}; take some of {ours}")
    return f"{medium}/{chosen}"


def _adult(value: Any) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    text = str(value).strip().lower()
    if text not in words:
        raise ValueError("adult is true or false")
    return words[text]


def _link(value: Any) -> str:
    text = str(value).strip()
    if text.lower() == NO_LINK:
        return NO_LINK
    if (match := _LINKED.match(text)) is None:
        raise ValueError(
            "a link is release-group/MBID, artist/MBID, their address at musicbrainz.org, or none"
        )
    return f"{match[1].lower()}/{match[2].lower()}"


def _of_a_model(field: str, value: Any, subcategory: Subcategory | None) -> Value:
    model, name = _model_with(field, subcategory)
    told = _told(model, name, value)
    try:
        read = getattr(model.model_validate({name: told}), name)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"{field}: {sentence(problem)}") from None
    if read is None or read == () or isinstance(told, bool) != isinstance(read, bool):
        raise ValueError(f"{field}: {str(value)[:64]!r} does not fit")
    fitting: Value = read
    return fitting


def _model_with(field: str, subcategory: Subcategory | None) -> tuple[type[BaseModel], str]:
    """The contract that has a field, and its own name of it."""
    of_class = _BY_SUBCATEGORY.get(subcategory) if subcategory else None
    place = place_of(field, subcategory)
    if place is Place.UNIFORM:
        own = {"title": "track_name", "creator": "artist", "year": "year"}[field]
        return _BY_SUBCATEGORY[Subcategory.TRACK], own
    if place is Place.TECHNICAL:
        return Technical, field
    if of_class and field in of_class.model_fields:
        return of_class, field
    return next(model for model in _MODELS if field in model.model_fields), field


def _told(model: type[BaseModel], name: str, value: Any) -> Any:
    """A value as the contract takes it: a text becomes a list or a truth where these belong."""
    kind = str(model.model_fields[name].annotation)
    if not isinstance(value, str):
        return value
    if "tuple[" in kind:
        return [part for text in re.split(r"[;\n]", value) if (part := text.strip())]
    if "bool" in kind:
        return _adult_word(name, value)
    return value


def _adult_word(name: str, value: str) -> bool:
    try:
        return _adult(value)
    except ValueError:
        raise ValueError(f"{name} is true or false") from None
