"""Batches as they come in: bounded, and JSON, before anything else is done with them."""

import json
from typing import Any

from starlette.requests import Request

from schemas.inference import MOST_BYTES, MOST_ITEMS
from streams.web.inference.brains import Item


class TooLarge(Exception):
    """A body, or a batch, of more than is taken; the message says how much that is."""


class Malformed(Exception):
    """A body that is no batch; the message says what is wrong with it."""


async def items_of(request: Request) -> list[Item]:
    """The items of a request.

    Raises:
        TooLarge, Malformed: see there.
    """
    return read(await _body(request))


def read(body: bytes) -> list[Item]:
    """The items of a body such as `{"items": ["a name", {"name": "another"}]}`.

    What is wrong with one item is said in its place, by whoever answers it.

    Raises:
        TooLarge, Malformed: see there.
    """
    try:
        given = json.loads(body)
    except RecursionError:
        raise Malformed("its values lie too deep in one another") from None
    except ValueError as error:  # bytes that are no UTF-8, too
        raise Malformed(f"this is no JSON: {str(error)[:200]}") from None
    items = given.get("items") if isinstance(given, dict) else None
    if not isinstance(items, list):
        raise Malformed('a JSON object with the list `items` is needed: {"items": ["a name"]}')
    if len(items) > MOST_ITEMS:
        raise TooLarge(f"{len(items):,} items; {MOST_ITEMS} are the most of a batch")
    for number, item in enumerate(items):
        if not isinstance(item, str | dict):
            raise Malformed(f"items[{number}] is neither a string nor an object")
    checked: list[Any] = items
    return checked


async def _body(request: Request) -> bytes:
    """The body, given up as soon as it is too large.

    Raises:
        TooLarge: it is.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > MOST_BYTES:
        raise TooLarge(_too_many_bytes())
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise TooLarge(_too_many_bytes())
    return bytes(body)


def _too_many_bytes() -> str:
    return f"{MOST_BYTES:,} bytes are the most of a batch"
