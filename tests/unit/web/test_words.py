"""Texts of addresses and forms are cleaned alike, wherever they are taken."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from streams.web.api.corrections import ClaimShape
from streams.web.asked import Asked
from streams.web.pages.corrections import Filter, Said

CLAIM = {"infohash": "a" * 40, "field": "title", "verdict": "wrong"}


@pytest.mark.parametrize(
    ("shape", "values", "name"),
    [
        (Asked, {}, "q"),
        (Asked, {}, "codec"),
        (Filter, {}, "reporter"),
        (Said, CLAIM, "field"),
        (Said, CLAIM, "value"),
        (ClaimShape, CLAIM, "field"),
    ],
)
def test_a_text_of_control_characters_alone_is_refused_and_others_are_cleaned(
    shape: type[BaseModel], values: dict[str, Any], name: str
) -> None:
    with pytest.raises(ValidationError, match="there are only control characters in it"):
        shape.model_validate({**values, name: "\x01\x1b"})
    taken = shape.model_validate({**values, name: " low\x1b tide "})
    assert getattr(taken, name) == "low  tide"
