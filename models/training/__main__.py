"""`python -m models.training`: from a dump to weights; each command is a module of its own.

Commands of `models` are named here. Those that read dumps, Postgres or the network belong to other
packages, which name them as entry points of the group `mimmo.training`.
"""

import sys
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from models import front_door

GROUP = "mimmo.training"
"""Entry points: name of a command -> its module, with `make` and `run`."""

COMMANDS = {
    "classifier": ("models.training.classifier.command", "train the classifier"),
    "tagger": ("models.training.tagger.command", "train the tagger"),
    "llm": ("models.training.llm.command", "teach a language model to say the fields of a name"),
    "match": ("models.training.match.command", "learn the weights of the matcher"),
    "music-text": ("models.training.music_text.command", "texts that find music, by its sound"),
    "own": ("models.training.own.command", "learn classes of one's own from examples"),
    "pairs": ("models.training.pairs.command", "pairs of names of a MusicBrainz dump"),
    "validate": ("models.training.validate.command", "hold extracted fields against a catalogue"),
    "compare": ("models.training.compare.command", "two revisions side by side"),
}
"""Commands of this package -> module, and what they do."""

BEYOND = {
    "sample": "draw names to label from dumps, Postgres or corrections",
    "label": "label a sample by language models that vote",
    "loop": "corrections and disagreements into labels, new weights and a comparison",
}
"""What commands of other packages do, where they are installed."""

_HEAD = """usage: python -m models.training COMMAND ...

From a dump of names to weights of your own: draw a sample, label it by language models that vote,
train from what ships, compare, activate.

commands (python -m models.training COMMAND --help has options and examples):
"""
_TAIL = """
example, from a dump to a better classifier:
  python -m models.training sample DUMP --n 3000 --out SAMPLE
  python -m models.training label SAMPLE --model small=http://localhost:8080/v1 --export DATA
  python -m models.training classifier --data DATA --recipe classifier-own --out EXPERIMENT
  python -m models activate EXPERIMENT
"""
_MISSING = 1


def commands() -> dict[str, tuple[str, str]]:
    """All commands: name -> module, and what it does. No entry point takes the name of ours."""
    told = {
        point.name: (_module(point), BEYOND.get(point.name, "a command of another package"))
        for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)
    }
    return {**{name: told[name] for name in BEYOND if name in told}, **told, **COMMANDS}


def usage() -> str:
    """What `--help` prints."""
    return front_door.usage(_HEAD, commands(), _TAIL)


def main(arguments: list[str] | None = None) -> int:
    """Run a command.

    Returns:
        Its exit code; 2 if there is no such command; 130 after Ctrl-C.
    """
    words = sys.argv[1:] if arguments is None else arguments
    return front_door.enter(words, commands, usage, _start)


def _start(name: str, module: str, rest: list[str]) -> int:
    try:
        command: Any = import_module(module)
    except ModuleNotFoundError as error:
        print(f"{name} needs a module that is not installed: {error.name}", file=sys.stderr)
        return _MISSING
    code: int = command.run(rest)
    return code


def _module(point: EntryPoint) -> str:
    return point.module


if __name__ == "__main__":
    sys.exit(main())
