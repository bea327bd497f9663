"""The command line: `mimmo`, which is also `python -m models`.

The first argument is a command, or else what to look at. Each command is a module with `make`, its
parser, and `run`; it is imported when it is called, so that `mimmo --help` answers at once.
"""

import argparse
import errno
import io
import sys
from collections.abc import Mapping
from importlib import import_module

from models.lines import UnreadableInput, discard_output
from models.oneshot.look import EXAMPLES, look_parser
from models.oneshot.look import run as look

_ONESHOT = {
    "content-type": ("content_type", "which of six types something is"),
    "extract": ("extracting", "the record of a listing of files, or of each line"),
    "match": ("matching", "whether two names are names of one thing"),
    "link": ("linking", "the MusicBrainz ids of music"),
    "explain": ("explaining", "who decided what, and where each field stands in the name"),
    "hear": ("hearing", "what sounds are, as tags of models that hear"),
    "tag": ("tagging", "what a library would call the files of a folder"),
}
"""Command -> its module in `models.oneshot`, and what it does."""

_BRAINS = {
    "classify": "medium and subcategory of each line",
    "compare": "whether two names are of one artist, album or title",
    "evaluate": "how right a stage is, on labelled cases",
    "ban": "ban infohashes, try the ban rules",
    "fetch": "bring or make the weights that are missing",
    "activate": "weights of your own answer, or those that ship again",
    "list": "models, the state of their files, and what is active",
    "check": "whether llama.cpp runs here; exit code 1: no",
    "verify": "check every file; exit code 1 when one is missing or wrong",
}
"""Command of `models.brains_cli` -> what it does."""

Beyond = Mapping[str, tuple[str, str]]
"""Commands that whoever calls `run` brings: name -> its module, and what it does."""

_USAGE = 2
"""Exit code of argparse after wrong usage."""

_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""Errors of a disk that takes no more."""

_SHELLS = ("bash", "zsh")


def run(arguments: list[str], beyond: Beyond | None = None) -> int:
    """Run the command line; `models.__main__` calls it.

    Args:
        arguments: of the command line, without the program.
        beyond: more commands, of modules that this package may not import.

    Returns:
        0; 1 with a message on stderr, or where names were answered by errors; 2 when it was called
        wrongly.

    Raises:
        KeyboardInterrupt: Ctrl-C.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What the encoding of the terminal does not have is shown by a question mark.
        sys.stdout.reconfigure(errors="replace")
    try:
        try:
            code = _run(arguments, beyond or {})
        except SystemExit:
            _flush()  # a help that was printed, too, is only then written
            raise
        _flush()
        return code
    except BrokenPipeError:
        discard_output()
        return 0
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        discard_output()
        sys.stderr.write(f"mimmo: the output cannot be written: {error.strerror}\n")
        return 1
    except Exception as error:
        if not _is_known(error):
            raise
        from models.oneshot.safe import safe

        sys.stderr.write(f"{safe(str(error)).strip()}\n")
        return 1


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _run(arguments: list[str], beyond: Beyond) -> int:
    if arguments and arguments[0] in (*_ONESHOT, *_BRAINS, *beyond):
        try:
            return _run_command(arguments, beyond)
        except SystemExit as exited:
            _tell_of_names(arguments, exited)
            raise
    parser = _parser(beyond)
    chosen = parser.parse_intermixed_args(arguments)
    if chosen.version:
        return _version()
    if chosen.print_completion:
        return _complete(chosen.print_completion, beyond)
    return look(chosen, parser)


def _run_command(arguments: list[str], beyond: Beyond) -> int:
    name, rest = arguments[0], arguments[1:]
    if name in _BRAINS:
        from models.brains_cli import run as run_brains

        return run_brains(arguments)
    module = beyond[name][0] if name in beyond else f"models.oneshot.{_ONESHOT[name][0]}"
    code: int = import_module(module).run(rest)
    return code


def _tell_of_names(arguments: list[str], exited: SystemExit) -> None:
    """After wrong usage: words without an option may have been meant as a name."""
    is_name = len(arguments) > 2  # a command and two words
    if exited.code == _USAGE and is_name and not any(word.startswith("-") for word in arguments):
        from models.oneshot.safe import safe

        words = safe(" ".join(arguments))
        sys.stderr.write(f'a torrent called "{words}" is: mimmo -- {words}\n')


def _parser(beyond: Beyond) -> argparse.ArgumentParser:
    parser = look_parser(f"{_listed(beyond)}\n{EXAMPLES}")
    parser.usage = "mimmo [OPTION...] [NAME|PATH|MAGNET...]\n       mimmo COMMAND ..."
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.add_argument(
        "--print-completion",
        choices=_SHELLS,
        help="print the completion of a shell (needs the extra `completion`)",
    )
    return parser


def _listed(beyond: Beyond) -> str:
    """The commands, as the help shows them."""
    lines = ["commands (mimmo COMMAND --help has options and examples):"]
    lines += [f"  {name:<14}{what}" for name, (_, what) in _ONESHOT.items()]
    if beyond:
        lines.append("\ncommands on what was classified, and on the DHT:")
        lines += [f"  {name:<14}{what}" for name, (_, what) in beyond.items()]
    lines.append("\ncommands for those who work on the models:")
    lines += [f"  {name:<14}{what}" for name, what in _BRAINS.items()]
    return "\n".join(lines) + "\n"


def _version() -> int:
    from models.version import UNKNOWN, version

    told = version()
    if told == UNKNOWN:
        told += ": the package is not installed"
    sys.stdout.write(f"mimmo {told}\n")
    return 0


def _complete(shell: str, beyond: Beyond) -> int:
    from models.brains_cli import make
    from models.oneshot.completion import completion

    whole = _parser(beyond)
    commands = whole.add_subparsers(metavar="COMMAND")
    oneshot = {name: (f"models.oneshot.{at}", what) for name, (at, what) in _ONESHOT.items()}
    for name, (module, what) in {**oneshot, **beyond}.items():
        parser = import_module(module).make()
        commands.add_parser(name, help=what, parents=[parser], add_help=False)
    for name, parser in make().items():
        commands.add_parser(name, help=_BRAINS[name], parents=[parser], add_help=False)
    sys.stdout.write(completion(whole, shell))
    return 0


def _is_known(error: Exception) -> bool:
    """Whether the message is enough, without a traceback."""
    if isinstance(error, UnreadableInput):
        return True
    from models.content.content import Unreadable
    from models.match.errors import MatchError
    from models.registry import WeightsError
    from models.runtime import MissingRuntime

    return isinstance(error, (MissingRuntime, WeightsError, MatchError, Unreadable))
