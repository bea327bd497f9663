"""Runs the other commands of training in this process, so that Ctrl-C and a kill end both."""

import shlex
import sys
from collections.abc import Collection, Sequence
from importlib import import_module

from models.oneshot.safe import safe

DOOR = "python -m models.training"

MADE = 0
MISSING = 1
"""Data, packages or a server are missing, or do not fit."""
WRONG = 2
REFUSED = 3
INCOMPLETE = 4
"""The labeller: an endpoint was given up, or gave no answer to a name."""
INTERRUPTED = 130


class StepFailed(Exception):
    """A command of a step did not do its work.

    Attributes:
        code: its exit code.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def typed(arguments: Sequence[object]) -> str:
    """A command as one types it; names of files stay one word whatever is in them."""
    return safe(shlex.join([*DOOR.split(), *map(str, arguments)]))


def call(arguments: Sequence[object], fine: Collection[int] = (MADE,)) -> int:
    """Run a command of training; returns its exit code.

    Args:
        arguments: its name and options.
        fine: exit codes that are no failure.

    Raises:
        StepFailed: it ended with another one; it has said why.
        KeyboardInterrupt: it was interrupted, and goes on when it is called again.
    """
    sys.stderr.write(f"$ {typed(arguments)}\n")
    sys.stderr.flush()
    # Imported here: the door names all commands, this one too.
    main = import_module("models.training.__main__").main
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else WRONG
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    if code not in fine:
        raise StepFailed(f"`{typed(arguments)}` ended with exit code {code}", code)
    return int(code)
