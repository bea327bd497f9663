"""Many names: a pipe, a file with a progress bar, and JSON arrays."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from models.content.subject import Subject
from models.lines import UnreadableInput, dumped
from models.oneshot.answer import Answer
from models.oneshot.inputs import (
    Taken,
    each_read,
    from_json_or_line,
    from_object,
    in_places,
)
from models.oneshot.mimmo import BATCH, Mimmo
from models.oneshot.output import Writer, is_terminal
from models.oneshot.ready_lines import ready_lines
from models.oneshot.safe import complain

Reads = Callable[[Any], Subject]
"""Makes a subject of a line or of an element; raises `Unreadable` where it cannot."""


def answered(given: Sequence[Any], mimmo: Mimmo, reads: Reads) -> list[Answer | str]:
    """The answers in order; where one could not be read, the reason stands in its place."""
    return in_places(each_read(given, reads), mimmo.answer_all)


def pipe(descriptor: int, mimmo: Mimmo, writer: Writer, taken: Taken) -> int:
    """Answer the lines of a pipe as they come: what is ready together is answered together.

    Blank lines are passed over.

    Returns:
        How many lines there were.
    """
    count = 0
    for lines in ready_lines(descriptor, BATCH):
        named = [line for line in lines if line.strip()]
        writer.write(answered(named, mimmo, lambda line: from_json_or_line(line, taken)))
        count += len(named)
    return count


def batch(path: str, mimmo: Mimmo, writer: Writer, taken: Taken) -> int:
    """Answer the lines of a file, with a progress bar on standard error.

    Returns:
        How many lines there were that are not blank.

    Raises:
        UnreadableInput: the file cannot be read.
    """
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    groups = _file(path)
    first = next(groups, [])  # A file that cannot be read is told before there is a bar.
    count = 0
    # Where answers scroll over the same screen they are the progress.
    with Progress(*columns, console=console, disable=is_terminal()) as progress:
        task = progress.add_task("names", total=_lines_in(path))
        for lines in chain([first], groups):
            named = [line for line in lines if line.strip()]
            writer.write(answered(named, mimmo, lambda line: from_json_or_line(line, taken)))
            count += len(named)
            progress.update(task, advance=len(lines))
    return count


def arrays(descriptor: int, mimmo: Mimmo, writer: Writer, taken: Taken) -> tuple[int, int]:
    """Answer JSON arrays of names, one a line, by arrays, one a line.

    A line that is no array is told on standard error and passed over. An element that cannot be
    read is `{"error": …}` in its place.

    Returns:
        How many lines there were that are not blank, and how many of them were no array.
    """
    number = count = bad = 0
    for lines in ready_lines(descriptor, 1):
        number += 1
        text = lines[0].strip()
        if not text:
            continue
        count += 1
        given = _array(text)
        if given is None:
            complain(f'line {number} is no JSON array, such as ["name", "name"]')
            bad += 1
            continue
        told = answered(given, mimmo, lambda item: from_object(item, taken))
        sys.stdout.write(dumped([writer.shape(item) for item in told]) + "\n")
        sys.stdout.flush()
    return count, bad


def _array(text: str) -> list[Any] | None:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, list) else None


def _file(path: str) -> Iterator[list[str]]:
    if path == "-":
        yield from ready_lines(sys.stdin.fileno(), BATCH)
        return
    try:
        with Path(path).open("rb") as stream:
            yield from ready_lines(stream.fileno(), BATCH)
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror}") from error


def _lines_in(path: str) -> int | None:
    """How many lines a file has. None if it can be read only once."""
    if path == "-" or not Path(path).is_file():
        return None
    try:
        with Path(path).open("rb") as stream:
            return sum(piece.count(b"\n") for piece in iter(lambda: stream.read(1 << 20), b""))
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror}") from error
