"""What every contract shares: frozen models, safe text, and the hashes that name things."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

MAX_NAME = 1024
"""Characters of a torrent name. File systems stop at 255 bytes; the longest honest names seen on
the DHT are under 400.
"""

MAX_PATH = 512
"""Characters of one file path. With MAX_FILES paths of 4-byte characters an event stays under 5 MiB
(topics allow 8).
"""

MAX_TEXT = 512
"""Characters of any extracted field (title, artist, rule id, error text...)."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")

_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff"
_CLEAN = rf"^[^\s{_CONTROL}](?:[^{_CONTROL}]*[^\s{_CONTROL}])?$"
"""What `clean_text` leaves as it is, for Rust's regex: a surrogate never gets there."""


def clean_text(text: str) -> str:
    """Makes hostile text storable.

    Control characters and lone surrogates become spaces, and the ends are stripped: Postgres
    refuses NUL in text, UTF-8 has no surrogates, and terminals obey escape sequences. Everything
    else is kept as it came (no Unicode normalisation: the name is evidence).
    """
    return _UNSAFE.sub(" ", text).strip()


def _clean(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) else value


def _utc(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError as error:
        # Midnight of the year 1, east of Greenwich, has no UTC. Only a ValueError is a refusal.
        raise ValueError("the time is outside of the years 1 to 9999 in UTC") from error


@dataclass(frozen=True, slots=True)
class _Cleaned:
    """A text of 1 to `longest` characters, cleaned by `clean_text`.

    Nearly every text is clean. A pattern that runs in Rust sees that; only what it does not pass is
    asked about in Python, which takes eight times as long.
    """

    longest: int

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        clean = core_schema.str_schema(pattern=_CLEAN, min_length=1, max_length=self.longest)
        other = core_schema.no_info_before_validator_function(_clean, self._bounded)
        return core_schema.union_schema(
            [clean, other],
            mode="left_to_right",
            custom_error_type="text",
            custom_error_message=f"Text should have 1 to {self.longest} characters",
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return handler(self._bounded)

    @property
    def _bounded(self) -> CoreSchema:
        return core_schema.str_schema(min_length=1, max_length=self.longest)


class _InUtc:
    """A moment in UTC; what is in another zone, or in none, is moved there in Python."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        any_zone = core_schema.no_info_after_validator_function(_utc, core_schema.datetime_schema())
        return core_schema.union_schema(
            [core_schema.datetime_schema(tz_constraint=0), any_zone],
            mode="left_to_right",
            custom_error_type="moment",
            custom_error_message="Time should be of ISO 8601, in the years 1 to 9999 in UTC",
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return handler(core_schema.datetime_schema())


def _hex(shape: str) -> Any:
    """A pattern over hex digits; capitals are taken and made small."""
    return (
        StringConstraints(pattern=f"^{shape.replace('a-f', 'a-fA-F')}$", to_lower=True),
        WithJsonSchema({"type": "string", "pattern": f"^{shape}$"}),
    )


Infohash = Annotated[str, *_hex("[0-9a-f]{40}")]
"""The 20-byte DHT key in lower-case hex: a v1 infohash, or a v2 infohash truncated to 20 bytes (BEP
52).
"""

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""The first 128 bits of a SHA-256 in hex (see `digest`)."""

Mbid = Annotated[str, *_hex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
"""A MusicBrainz identifier."""

Name = Annotated[str, _Cleaned(MAX_NAME)]
Path = Annotated[str, _Cleaned(MAX_PATH)]
Text = Annotated[str, _Cleaned(MAX_TEXT)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[\w.:@+/ -]+$")]
"""A short machine-made word: a rule id, a model name, a codec."""

Labels = Annotated[tuple[Label, ...], Field(max_length=16)]
"""Machine-made words."""

Bytes = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""A size in bytes; Postgres `bigint` holds it."""

Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Year = Annotated[int, Field(ge=1000, le=2100)]
Confidence = Annotated[float, Field(ge=0.0, le=1.0), AfterValidator(lambda value: round(value, 3))]
"""A probability, rounded to 3 decimals so that the same input reads the same whatever batch it came
in.
"""

Moment = Annotated[datetime, _InUtc()]
"""A point in time, always UTC; a naive value is taken as UTC."""


class Contract(BaseModel):
    """Base of every event: immutable, and tolerant of fields that a newer producer added."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_default=False)

    def to_json(self) -> bytes:
        """The event as UTF-8 JSON; unknown (`None`) fields are left out."""
        return self.__pydantic_serializer__.to_json(self, exclude_none=True)


def digest(*parts: object) -> str:
    """Returns a stable 128-bit name (hex) of a sequence of values.

    Input hashes and event ids are made of it. Parts are length-prefixed, so `("ab", "c")` and
    `("a", "bc")` differ, and so do `None` and `""`.
    """
    sha = hashlib.sha256()
    for part in parts:
        data = b"\x00" if part is None else b"\x01" + str(part).encode("utf-8", "surrogatepass")
        sha.update(len(data).to_bytes(4, "big"))
        sha.update(data)
    return sha.hexdigest()[:32]
