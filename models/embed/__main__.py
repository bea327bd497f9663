"""`python -m models.embed`: sounds into stores of vectors, texts as vectors, and what they find."""

import sys
from importlib import import_module
from typing import Any

from models import front_door

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
_MISSING = 1


def usage() -> str:
    """What `--help` prints."""
    return front_door.usage(_HEAD, COMMANDS, _TAIL)


def main(arguments: list[str] | None = None) -> int:
    """Run a command.

    Returns:
        Its exit code; 1 with a message where something is missing; 2 if there is no such command;
        130 after Ctrl-C.
    """
    words = sys.argv[1:] if arguments is None else arguments
    return front_door.enter(words, lambda: COMMANDS, usage, _start)


def _start(name: str, module: str, rest: list[str]) -> int:
    try:
        command: Any = import_module(module)
        code: int = command.run(rest)
    except ImportError as error:
        from models.oneshot.safe import safe

        print(f"{name} needs what is not installed: {safe(str(error))}", file=sys.stderr)
        return _MISSING
    return code


if __name__ == "__main__":
    sys.exit(main())
