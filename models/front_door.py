"""A command line of several commands: its usage, and which module is asked."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence

Commands = Mapping[str, tuple[str, str]]
"""Command -> its module, and what it does."""

WRONG = 2
_INTERRUPTED = 130


def usage(head: str, known: Commands, tail: str) -> str:
    """What `--help` prints."""
    lines = [f"  {name:<12}{what}" for name, (_, what) in known.items()]
    return head + "\n".join(lines) + "\n" + tail


def enter(
    arguments: Sequence[str],
    known: Callable[[], Commands],
    told: Callable[[], str],
    start: Callable[[str, str, list[str]], int],
) -> int:
    """Run a command.

    Args:
        arguments: of the command line, without the program.
        known: the commands.
        told: the usage.
        start: runs a command, of its name, its module and what is left of the arguments.

    Returns:
        Its exit code; 2 if there is no such command; 130 after Ctrl-C.
    """
    # Pydantic would look through every installed package for plugins; this project has none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        if not arguments:
            sys.stderr.write(told())
            return WRONG
        name, *rest = arguments
        if name in ("-h", "--help"):
            sys.stdout.write(told())
            return 0
        commands = known()
        if name not in commands:
            from models.oneshot.safe import safe

            sys.stderr.write(f"no command {safe(name)!r}; there are: {', '.join(commands)}\n")
            return WRONG
        return start(name, commands[name][0], rest)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted: the same command goes on\n")
        return _INTERRUPTED
