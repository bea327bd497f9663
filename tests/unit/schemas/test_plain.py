"""Faults of values in plain words: nobody reads how a library puts it."""

from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas import Medium
from schemas.plain import place, sentence


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: int = Field(5, ge=1, le=9)
    share: float = 0.5
    shown: bool = False
    artist: UUID | None = None
    medium: tuple[Medium, ...] = ()
    order: Literal["age", "size"] = "age"
    infohash: Annotated[str, Field(pattern="^[0-9a-f]{40}$")] = "0" * 40
    word: str = Field("a", max_length=3)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("number", "abc", "a whole number"),
        ("number", "0", "1 is the least"),
        ("number", "10", "9 is the most"),
        ("share", "abc", "a number is needed"),
        ("shown", "perhaps", "yes or no"),
        ("artist", "abc", "an MBID"),
        ("medium", ["opera"], "audio, video, software, book, other"),
        ("order", "x", "age, size"),
        ("infohash", "zz", "40 hex digits"),
        ("word", "long", "more than 3 characters"),
        ("word", 5, "a text is needed"),
        ("nosuch", "1", "no such name"),
    ],
)
def test_a_fault_is_told_plainly_and_with_its_name(name: str, value: Any, told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Asked.model_validate({name: value})
    (fault,) = refused.value.errors()
    assert told in sentence(fault)
    assert "Input" not in sentence(fault)
    assert place(fault["loc"]) == name
