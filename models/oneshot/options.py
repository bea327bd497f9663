"""Options that several of the commands have, and how their help looks."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from models.home import HOME, WEIGHTS

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class _Parser(argparse.ArgumentParser):
    """A parser that does not keep silent where its help cannot be written."""

    def print_help(self, file: "SupportsWrite[str] | None" = None) -> None:
        """Print the help, by default to standard output.

        Raises:
            OSError: it cannot be written.
        """
        target = sys.stdout if file is None else file
        if target is not None:
            target.write(self.format_help())


def make_parser(name: str, what: str, examples: str) -> argparse.ArgumentParser:
    """The parser of one command.

    Args:
        name: as it is called, such as `mimmo match`.
        what: what it does, in a few words.
        examples: shown at the end of the help.
    """
    return _Parser(
        prog=name,
        description=f"{what[0].upper()}{what[1:]}.",
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def add_words(parser: argparse.ArgumentParser, what: str, *, count: str = "*") -> None:
    """Takes what to look at: words that together are one name or path."""
    parser.add_argument("words", nargs=count, metavar="NAME|PATH|MAGNET", help=what)
    parser.add_argument(
        "--text", action="store_true", help="it is a name, even if there is such a file"
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """Takes how answers are written."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="JSON, also on a terminal")
    how.add_argument("--table", action="store_true", help="for people, also into a file or pipe")


def add_fields(parser: argparse.ArgumentParser) -> None:
    """Takes which fields are shown."""
    parser.add_argument(
        "--fields",
        metavar="A,B.C",
        help="only these: medium,metadata.title,metadata.tracks.name",
    )


def add_llm(parser: argparse.ArgumentParser) -> None:
    """Takes when the GGUF model is asked, and where its weights are."""
    parser.add_argument(
        "--llm",
        choices=["off", "gate", "always"],
        default="off",
        help="ask the GGUF model: never, where it is in doubt, or of every name (default: off)",
    )
    add_weights(parser)


def add_weights(parser: argparse.ArgumentParser) -> None:
    """Takes the folder of weights."""
    parser.add_argument(
        "--weights",
        type=Path,
        default=WEIGHTS,
        metavar="DIR",
        help="folder of weights that do not ship (default: %(default)s)",
    )


def add_index(parser: argparse.ArgumentParser, what: str) -> None:
    """Takes the folder of the index; None if it is not named."""
    parser.add_argument(
        "--index", type=Path, metavar="DIR", help=f"{what} (default: {HOME / 'musicbrainz'})"
    )


def add_file(parser: argparse.ArgumentParser, what: str) -> None:
    """Takes a file of lines, or standard input."""
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help=what)
