"""A file that a form sends, written to disk as it comes: never in memory nor written twice."""

import asyncio
from collections.abc import Callable

from fastapi import HTTPException, Request
from python_multipart.multipart import MultipartParser, parse_options_header

from streams.web import tokens
from streams.web.keys import Scope
from streams.web.models.imports import ImportRefused, Received
from streams.web.models.intake import Writing
from streams.web.pace import require_pace
from streams.web.security import Person, browser, key_of, operator

_MOST_AROUND = 64 << 10
"""Bytes of a form beside its file."""


class _Form:
    """Reads the parts of a form; the token must come before the file."""

    def __init__(self, is_allowed: Callable[[str], bool], writing: Callable[[], Writing]) -> None:
        self._is_allowed = is_allowed
        self._begin_writing = writing
        self._header = b""
        self._value = b""
        self._name = ""
        self._text = b""
        self.writing: Writing | None = None

    def callbacks(self) -> dict[str, Callable[..., None]]:
        """What the parser calls."""
        return {
            "on_part_begin": self._part_begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._part_data,
            "on_part_end": self._part_end,
        }

    def _part_begin(self) -> None:
        self._name = ""
        self._text = b""
        self._header = b""
        self._value = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._header = b""
        self._value = b""

    def _headers_finished(self) -> None:
        if self._name == "file":
            if not self._is_allowed(""):
                raise HTTPException(403, "This form is too old. Load the page and repeat it.")
            if self.writing is not None:
                raise ImportRefused("one file at a time")
            self.writing = self._begin_writing()

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._name == "file" and self.writing is not None:
            self.writing.write(data[start:end])
        else:
            self._text += data[start:end]
            if len(self._text) > _MOST_AROUND:
                raise ImportRefused("the form is too large")

    def _part_end(self) -> None:
        if self._name == "csrf":
            self._is_allowed(self._text.decode("ascii", "replace"))


async def received_file(
    request: Request, writing: Callable[[], Writing]
) -> tuple[Person, Received]:
    """Take the file of a form.

    Args:
        request: with a body of `multipart/form-data`: a field `csrf`, unless there is a key, then
            a field `file`.
        writing: begins to write the file.

    Raises:
        HTTPException: who sends it may not, or has just changed much.
        ImportRefused: it is not the right file.
    """
    if key_of(request) is not None:
        person, is_known = await operator(request), True
    else:
        person, is_known = browser(request, Scope.MODELS), False
    require_pace(request, person)
    secret = request.cookies.get(tokens.COOKIE, "")

    def is_allowed(token: str) -> bool:
        nonlocal is_known
        is_known = is_known or bool(token and tokens.is_valid(secret, token))
        return is_known

    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise HTTPException(415, "Send a form with a file.")
    form = _Form(is_allowed, writing)
    parser = MultipartParser(options[b"boundary"], form.callbacks())  # type: ignore[arg-type]
    try:
        async for chunk in request.stream():
            await asyncio.to_thread(parser.write, chunk)
        if form.writing is None:
            raise ImportRefused("choose a file first")
        return person, await asyncio.to_thread(form.writing.finish)
    finally:
        if form.writing is not None:
            form.writing.drop()
