"""A line of a file as what it says of a torrent: an event of ours, or an answer of `mimmo`.

Lines are hostile. What fits no contract is passed over and counted.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas import Classification, Extraction, Link, Subcategory, Torrent
from schemas.media import MEDIUM_OF, Medium

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""When something was seen that has no time."""


class Answer(BaseModel):
    """An answer of `mimmo`, brief or full, or a row of `mimmo search --json`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    medium: Medium
    subcategory: Subcategory
    nsfw: bool = False
    confidence: float = Field(0.0, ge=0, le=1)
    source: str | None = None
    rule: str | None = None
    own_class: str | None = None
    own_confidence: float | None = None
    why: tuple[str, ...] = ()
    name: str | None = None
    infohash: str | None = Field(None, pattern=r"^[0-9a-f]{40}$")
    size: int | None = Field(None, ge=0, lt=2**63)
    files: int | None = Field(None, ge=0)
    seeders: int | None = Field(None, ge=0)
    leechers: int | None = Field(None, ge=0)
    observed_at: datetime | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    technical: dict[str, Any] = Field(default_factory=dict)
    evidence: dict[str, Any] = Field(default_factory=dict)
    title: str | None = None
    creator: str | None = None
    year: int | None = None

    @property
    def seen_at(self) -> datetime:
        """When the torrent was seen, in UTC."""
        moment = self.observed_at or LONG_AGO
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


Said = Torrent | Classification | Extraction | Link | Answer


class BadLine(ValueError):
    """The line is neither an event nor an answer."""


def read(line: bytes) -> Iterator[Said]:
    """What a line says: one event or answer, or an array of answers as `mimmo -i` writes.

    Raises:
        BadLine: it is no JSON, or none of ours.
    """
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadLine("no JSON") from error
    for item in given if isinstance(given, list) else [given]:
        if not (isinstance(item, dict) and "error" in item and len(item) == 1):
            yield _said(item)


def _said(item: object) -> Said:
    if not isinstance(item, dict):
        raise BadLine("no object")
    contract = _contract(item)
    if contract is None:
        raise BadLine("neither an event nor an answer")
    try:
        said = contract.model_validate(item)
    except ValidationError as error:
        raise BadLine(f"no {contract.__name__.lower()}") from error
    if isinstance(said, Answer) and MEDIUM_OF[said.subcategory] is not said.medium:
        raise BadLine("the subcategory is of another medium")
    return said


def _contract(item: dict[str, Any]) -> type[Said] | None:
    """Which contract an object is of, by the keys that only it has."""
    if "verdict" in item:
        return Classification
    if "match" in item:
        return Link
    if "input_hash" in item and "metadata" in item:
        return Extraction
    if "medium" in item:
        return Answer
    return Torrent if "provenance" in item else None
