"""`python -m models.embed`: sounds into stores of vectors, texts as vectors, and what they find."""

import os
import sys
from importlib import import_module
from typing import Any

COMMANDS = {
    "fill": ("models.embed.commands.filling", "sounds and what is said of them into a store"),
    "search": ("models.embed.commands.searching", "find sounds of a store or folder by a text"),
    "dataset": ("models.embed.commands.dataset", "published data sets: read, count, check"),
    "download": ("models.embed.commands.download", "bring the files of a list of addresses"),
    "fetch": ("models.embed.commands.fetching", "bring the text network of a search by meaning"),
    "vector": ("models.embed.commands.vector", "what a text means, as that network has it"),
}
"""Command -> its module, and what it does."""

_HEAD = """usage: python -m models.embed COMMAND ...

Music as vectors: a network hears sounds, and texts find them.

commands (python -m models.embed COMMAND --help has options and examples):
"""
_TAIL = """
example, from a data set to a search:
  python -m models.embed dataset musiccaps MUSICCAPS --out CLIPS/clips.jsonl
  python -m models.embed fill CLIPS/clips.jsonl --out DATA/clips
  python -m models.training music-text --recipe music-text-clips --data DATA --out EXPERIMENT
  python -m models.embed search ~/Music "sad piano waltz" --model EXPERIMENT
"""
_WRONG = 2
_MISSING = 1
_INTERRUPTED = 130


def usage() -> str:
    """What `--help` prints."""
    lines = [f"  {name:<12}{what}" for name, (_, what) in COMMANDS.items()]
    return _HEAD + "\n".join(lines) + "\n" + _TAIL


def main(arguments: list[str] | None = None) -> int:
    """Run a command.

    Returns:
        Its exit code; 1 with a message where something is missing; 2 if there is no such command;
        130 after Ctrl-C.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        print("interrupted: the same command goes on", file=sys.stderr)
        return _INTERRUPTED


def _run(arguments: list[str]) -> int:
    if not arguments:
        print(usage(), end="", file=sys.stderr)
        return _WRONG
    name, *rest = arguments
    if name in ("-h", "--help"):
        print(usage(), end="")
        return 0
    from models.oneshot.safe import safe

    if name not in COMMANDS:
        print(f"no command {safe(name)!r}; there are: {', '.join(COMMANDS)}", file=sys.stderr)
        return _WRONG
    try:
        command: Any = import_module(COMMANDS[name][0])
        code: int = command.run(rest)
    except ImportError as error:
        print(f"{name} needs what is not installed: {safe(str(error))}", file=sys.stderr)
        return _MISSING
    return code


if __name__ == "__main__":
    sys.exit(main())
