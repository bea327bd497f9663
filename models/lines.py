"""Lines in and out of the commands of `python -m models`.

Input is hostile text: bytes that are no UTF-8 are replaced, they are never fatal. A reader that
goes away (`| head`) ends a command quietly.
"""

import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

STDIN = "-"
"""The name of standard input."""


NOTHING = "mimmo: nothing to look at: give a name, a path, or names on standard input\n"
"""What is said where no name is given at all."""


class UnreadableInput(Exception):
    """A file of lines cannot be opened; the message names it and says why."""


@contextmanager
def opened(name: str) -> Iterator[TextIO]:
    """The lines of a file, or of standard input.

    Raises:
        UnreadableInput: there is no such file, or it may not be read.
    """
    if name == STDIN:
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8", errors="replace")
        if sys.stdin.isatty():
            sys.stderr.write("reading names from the terminal, one a line; Ctrl-D ends\n")
        yield sys.stdin
        return
    try:
        stream = Path(name).open(encoding="utf-8", errors="replace")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise UnreadableInput(f"{name}: {error.strerror}") from error
    with stream:
        yield stream


def dumped(value: Any) -> str:
    """A value as JSON in one line that the encoding of standard output can hold.

    Half a surrogate, which stands for a byte that is no text, is written as its escape.
    """
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not is_unicode)
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def write_json(value: Any) -> None:
    """Write a value as a line of JSON, at once: a pipe does not wait for a full buffer."""
    sys.stdout.write(dumped(value) + "\n")
    sys.stdout.flush()


def write_answers(answers: Iterable[Mapping[str, Any]]) -> int:
    """Print each answer as a line of JSON, and say on stderr how many are `{"error": ...}`.

    Returns:
        The exit code: 1 if there were any, 2 if there was nothing to answer, else 0.
    """
    count = errors = 0
    for answer in answers:
        write_json(answer)
        count += 1
        errors += "error" in answer
    if not count:
        sys.stderr.write(NOTHING)
        return 2
    if errors:
        sys.stderr.write(f"{errors} line{'s'[: errors > 1]} could not be read\n")
    return 1 if errors else 0


def discard_output() -> None:
    """After the reader went away: nothing more is written, and nothing is said about it at exit."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except OSError:
        return
