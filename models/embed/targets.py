"""How wide the vectors of each audio network are, and what it hears: `targets.toml`."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.embed.enrich import PARTS

_FILE = Path(__file__).with_name("targets.toml")


class UnknownTarget(ValueError):
    """There is no target of that name; the message names those that there are."""


class Target(BaseModel):
    """What a text is brought to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    about: str
    width: Annotated[int, Field(ge=1)]
    """Numbers at one time."""
    rate: Annotated[int, Field(ge=1)]
    """Samples a second that the network hears."""
    channels: Annotated[int, Field(ge=1, le=2)]
    window: Annotated[float, Field(gt=0)]
    """Seconds that are heard at once."""
    hop: Annotated[float, Field(gt=0)]
    """Seconds from the beginning of a window to that of the next."""
    rank: Annotated[int, Field(ge=1)] | None = None
    """Width of the narrow layer between text and vector; None: there is one product."""

    @property
    def dimensions(self) -> int:
        """Numbers of the enriched vector.

        >>> target("mert").dimensions
        76800
        """
        return PARTS * self.width


@cache
def targets() -> dict[str, Target]:
    """All targets by name, in the order of the file."""
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: Target(name=name, **table) for name, table in tables.items()}


def target(name: str) -> Target:
    """A target by its name.

    Raises:
        UnknownTarget: there is none.
    """
    try:
        return targets()[name]
    except KeyError as error:
        known = ", ".join(targets())
        raise UnknownTarget(f"no target named {name!r}; there are: {known}") from error
