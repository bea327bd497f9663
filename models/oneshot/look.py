"""`mimmo NAME`: what a name, a torrent, a folder, an archive or a pipe of them is."""

import argparse
import io
import sys

from models.garbage import uncollected
from models.lines import NOTHING
from models.oneshot.options import add_fields, add_llm, add_output, add_words, make_parser

EXAMPLES = """examples:
  mimmo "Pink Floyd - The Dark Side of the Moon (1973) [FLAC]"
  mimmo ubuntu.torrent                      a torrent, a folder, an archive or any file
  mimmo "magnet:?xt=urn:btih:...&dn=..."
  cat names.txt | mimmo                     a line a name, answered as they come
  ls *.torrent | mimmo --paths              of a pipe paths are read only if that is said
  mimmo --batch names.txt > answers.jsonl   the same with a progress bar
  echo '["name", "name"]' | mimmo -i        JSON arrays in, arrays out
  mimmo --fields medium,metadata.title "Big.Buck.Bunny.2008.1080p.BluRay.x264"
  mimmo -- match                            a torrent called "match"
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Takes what to look at and how answers are written."""
    add_words(parser, "what to look at; without it, or as -, names are read from standard input")
    add_output(parser)
    parser.add_argument(
        "--format",
        choices=["mimmo", "full"],
        default="mimmo",
        help="full: with name, infohash, rule, runner-up and the evidence of each field",
    )
    add_fields(parser)
    many = parser.add_mutually_exclusive_group()
    many.add_argument(
        "-i", "--interactive", action="store_true", help="JSON arrays in, arrays out, one a line"
    )
    parser.add_argument(
        "--paths", action="store_true", help="lines of a pipe or batch may be paths to read"
    )
    many.add_argument("--batch", metavar="FILE", help="a line a name, with a progress bar")
    add_llm(parser)


def run(chosen: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Answer.

    Returns:
        0; 1 if something could not be read; 2 if there was nothing to look at.

    Raises:
        Unreadable: the only thing that is named cannot be read.
        UnreadableInput: the file of names cannot be read.
    """
    if chosen.words == ["-"] and not chosen.text:
        chosen.words = []
    is_many = chosen.interactive or chosen.batch is not None
    if is_many and chosen.words:
        parser.error("names are given either here or by -i and --batch")
    if not chosen.words and chosen.batch is None and not is_piped(or_typed=chosen.interactive):
        return _usage(parser)
    if not chosen.words:
        return _many(chosen, parser)
    # What is loaded stays: looking for garbage in it is a tenth of the time to a first answer.
    with uncollected():
        from models.oneshot.asking import form_of, mimmo_of
        from models.oneshot.inputs import from_words, in_places
        from models.oneshot.output import Writer

        writer = Writer(form_of(chosen, parser))
        subjects = from_words(chosen.words, as_text=chosen.text)
        writer.write(in_places(subjects, mimmo_of(chosen).answer_all))
    return 1 if writer.errors else 0


def _many(chosen: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Answer names of a file or of standard input."""
    from models.oneshot import many
    from models.oneshot.asking import form_of, mimmo_of
    from models.oneshot.inputs import Taken
    from models.oneshot.output import Writer

    writer = Writer(form_of(chosen, parser))
    mimmo = mimmo_of(chosen)
    taken = Taken.WRITTEN_PATH if chosen.interactive else Taken.NAME
    if chosen.text or chosen.paths:
        taken = Taken.TEXT if chosen.text else Taken.PATH
    if chosen.interactive:
        count, bad = many.arrays(sys.stdin.fileno(), mimmo, writer, taken)
    elif chosen.batch is not None:
        count, bad = many.batch(chosen.batch, mimmo, writer, taken), 0
    else:
        count, bad = many.pipe(sys.stdin.fileno(), mimmo, writer, taken), 0
    if not count:
        return _usage(parser)
    return 1 if bad or writer.errors else 0


def is_piped(*, or_typed: bool = False) -> bool:
    """Whether standard input is something to read.

    Args:
        or_typed: whether a terminal counts, too.
    """
    try:
        is_open = sys.stdin is not None and sys.stdin.fileno() >= 0
        return is_open and (or_typed or not sys.stdin.isatty())
    except (ValueError, io.UnsupportedOperation):  # closed, or replaced
        return False


def _usage(parser: argparse.ArgumentParser) -> int:
    parser.print_usage(sys.stderr)
    sys.stderr.write(NOTHING)
    return 2


def look_parser(epilog: str) -> argparse.ArgumentParser:
    """The parser of `mimmo` itself."""
    parser = make_parser("mimmo", "what a torrent is and what its name says", epilog)
    add_options(parser)
    return parser
