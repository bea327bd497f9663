"""What a person says of a result, that it is wrong or right: `torrents.corrections`."""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, StrictBool, StrictInt, ValidationError, model_validator

from schemas.base import Contract, Hash, Infohash, Label, Moment, Text, digest
from schemas.corrected_fields import (
    Place,
    Value,
    canonical_field,
    canonical_value,
    place_of,
    stage_of,
)
from schemas.media import Subcategory
from schemas.plain import place, sentence
from schemas.result import Method, Stage


class Judgement(StrEnum):
    """What is said of a field of a result."""

    WRONG = "wrong"
    """It is not what it says; what is right is not known."""
    RIGHT = "right"
    """It is what the model says."""
    VALUE = "value"
    """It is wrong, and `value` is right."""
    WITHDRAWN = "withdrawn"
    """An earlier correction, which `revokes` names, counts no more."""


JsonValue = (
    StrictBool | StrictInt | Text | Annotated[tuple[Text, ...], Field(min_length=1, max_length=500)]
)


class Correction(Contract):
    """One correction of one field of one torrent. Key: infohash.

    `field` is `medium` or `adult` of a class; a field of the metadata or of the technical data,
    where title, creator and year have these names whatever the subcategory; or `link`. A medium is
    `audio/album`, with its subcategory. A link is `release-group/MBID`, `artist/MBID` or `none`.

    Corrections are kept for ever and change nothing that was said before: a later one takes an
    earlier one back by naming its `event_id` in `revokes`.
    """

    infohash: Infohash
    stage: Stage
    field: Label
    verdict: Judgement
    value: JsonValue | None = None
    """What is right; only and always with the verdict `value`."""
    result_id: Hash | None = None
    """The result that was looked at; with it the five that follow."""
    input_hash: Hash | None = None
    revision: Annotated[int, Field(ge=1, le=32_000)] | None = None
    method: Method | None = None
    model: Label | None = None
    rule: Label | None = None
    """The rule or the source that said it, if one did."""
    said: JsonValue | None = None
    """What the result said of the field; None if it said nothing."""
    subcategory: Subcategory | None = None
    """The class of the result, which decides which fields there are."""
    reporter: Text
    """Who says so: the name of a key, or of an account."""
    observed_at: Moment
    """When it was said. Of several values of one field the latest is shown."""
    revokes: Hash | None = None
    """The `event_id` of the correction that is taken back."""

    @model_validator(mode="before")
    @classmethod
    def _in_its_form(cls, given: Any) -> Any:
        """Gives field and value the one form that they are kept in."""
        if not isinstance(given, dict) or not isinstance(given.get("field"), str):
            return given
        subcategory = str(given.get("subcategory"))
        known = Subcategory(subcategory) if subcategory in set(Subcategory) else None
        field = canonical_field(given["field"], known)
        told = {**given, "field": field}
        if (value := given.get("value")) is not None:
            told["value"] = canonical_value(field, value, known)
        return told

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.stage is not stage_of(self.field):
            raise ValueError(f"{self.field} is no field of the stage {self.stage}")
        if (self.verdict is Judgement.VALUE) != (self.value is not None):
            raise ValueError("a value goes with the verdict value, and with no other")
        if (self.verdict is Judgement.WITHDRAWN) != (self.revokes is not None):
            raise ValueError("what is withdrawn names the correction that it revokes")
        return self

    @property
    def place(self) -> Place:
        """Where the field stands in a result of the class."""
        return place_of(self.field, self.subcategory)

    @property
    def event_id(self) -> str:
        """CloudEvents id: the same correction published twice carries the same id."""
        return digest(
            "correction",
            self.infohash,
            self.field,
            self.verdict,
            as_text(self.value),
            self.result_id,
            self.reporter,
            self.observed_at.isoformat(),
            self.revokes,
        )


def as_text(value: Value | None) -> str | None:
    """A value as a person reads and types it; lists are separated by semicolons."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def first_problem(error: ValidationError) -> str:
    """What does not fit in a correction, in one line for the person who made it."""
    problem = error.errors(include_url=False, include_input=False)[0]
    name, text = place(problem["loc"]), sentence(problem)
    return f"{name}: {text}" if name else text
