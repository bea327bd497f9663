"""Where a page ended, as an opaque text that a client hands back."""

import base64
import binascii
import json
from datetime import UTC, datetime


class BadCursor(ValueError):
    """The text is no cursor of this query; begin at the first page."""


def written(*place: object) -> str:
    """A cursor of the values that the last row was ordered by."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in place]
    packed = json.dumps(plain, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def read(text: str, *kinds: type) -> list[object]:
    """The values of a cursor.

    Raises:
        BadCursor: it was not made by `written`, or not of values of these kinds.
    """
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise BadCursor("the cursor is of another sort")
        return [_value(value, kind) for value, kind in zip(values, kinds, strict=True)]
    except (
        binascii.Error,
        UnicodeError,
        ValueError,
        TypeError,
        OverflowError,
        RecursionError,
    ) as error:
        if isinstance(error, BadCursor):
            raise
        raise BadCursor("this is no cursor; begin at the first page") from error


def _value(value: object, kind: type) -> object:
    if kind is datetime:
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            raise BadCursor("the cursor's moment has no zone")
        return moment.astimezone(UTC)
    if kind is bytes:
        return bytes.fromhex(str(value))
    if type(value) is not kind:
        raise BadCursor("the cursor is of another sort")
    if isinstance(value, int) and abs(value) >= 2**63:
        raise BadCursor("the cursor is out of bounds")
    return value
