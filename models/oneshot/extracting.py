"""`mimmo extract`: the record of a listing of files, or of every line.

The listing of one torrent (`tree`, `find`, `ls -R`, `du -a`, `unzip -l`, a plain list) gives one
answer with its tracks or episodes. JSON lines and names give an answer each.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from models.oneshot.look import is_piped
from models.oneshot.options import add_fields, add_file, add_llm, make_parser

if TYPE_CHECKING:
    from models.extract.subject import Extracted

EXAMPLES = """examples:
  tree Album | mimmo extract                  one answer, with its tracks
  mimmo extract < tree.txt                    likewise of find, ls -R, du -a, unzip -l
  mimmo extract --fields metadata.tracks.name < tree.txt
  echo "Big.Buck.Bunny.2008.1080p.BluRay.x264" | python -m models extract
  python -m models extract names.txt --llm gate
  echo '{"name": "Low Tide", "subcategory": "album"}' | python -m models extract
JSON lines, and a single line, are always lines. Several plain lines are a listing to `mimmo`; to
`python -m models` they are names, unless they have the marks of a listing. --listing and --lines
say it. A listing that does not name its folder (find .) has the name null, unless --name gives one.
"""

_UNNAMED = "listing"
"""Name of a listing that does not say what its torrent is called."""

_LOOKED_AT = 64
"""Lines by which a listing is told from names."""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = make_parser("mimmo extract", "the record of a listing, or of each line", EXAMPLES)
    add_file(parser, "a listing, JSON lines or names; - is standard input (default: -)")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--listing", action="store_true", help="the lines list one torrent's files")
    how.add_argument("--lines", action="store_true", help="each line is a torrent")
    parser.add_argument(
        "--name", help="what the torrent is called, if the listing does not say it", default=None
    )
    add_fields(parser)
    add_llm(parser)
    return parser


def run(arguments: list[str]) -> int:
    """Print the records.

    Returns:
        0; 1 if a line could not be read; 2 if there was nothing to look at.

    Raises:
        Unreadable: the listing lists nothing.
        UnreadableInput: the file cannot be read.
        MissingRuntime, WeightsError: the brains cannot be loaded.
    """
    parser = make()
    chosen = parser.parse_args(arguments)
    from models.extract import cli
    from models.lines import opened, write_answers
    from models.oneshot import shapes

    fields = None
    if chosen.fields is not None:
        try:
            fields = shapes.checked_fields(chosen.fields, cli.KEYS)
        except shapes.UnknownField as error:
            parser.error(str(error))
    if chosen.file == "-" and not is_piped():
        parser.print_usage(sys.stderr)
        return 2
    with opened(chosen.file) as lines:
        first = list(islice(lines, _LOOKED_AT))
        if not first:
            parser.print_usage(sys.stderr)
            sys.stderr.write("mimmo extract: nothing to look at\n")
            return 2
        answers = _answers(first, lines, chosen)
        if fields is not None:
            answers = (_picked(answer, fields) for answer in answers)
        return write_answers(answers)


def _picked(answer: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    from models.oneshot.shapes import picked

    return answer if "error" in answer else picked(answer, fields)


def _answers(
    first: list[str], lines: TextIO, chosen: argparse.Namespace
) -> Iterator[dict[str, Any]]:
    """The answers to the lines that were looked at, and to those that follow."""
    from models.oneshot.listings import is_listing

    is_plain = chosen.listing or called_mimmo()
    if not chosen.lines and (chosen.listing or is_listing(first, plain=is_plain)):
        yield _of_listing(listing_text(first, lines), chosen)
        return
    from models.extract import cli
    from models.oneshot import deferred

    extractor = deferred.extractor(chosen.weights)
    classifier = deferred.classifier(chosen.weights)
    source = chain(first, lines)
    if chosen.llm == "off":
        yield from cli.run(source, classifier, extractor)
        return
    from models import active, loading
    from models.extract.llm.complete import ALWAYS

    below = extractor.gate if chosen.llm == "gate" else ALWAYS
    llm = loading.llm(active.chosen(active.Stage.LLM, chosen.weights))
    yield from cli.run(source, classifier, extractor, llm=llm, below=below)


def listing_text(first: Iterable[str], rest: TextIO) -> str:
    """A listing as far as it is read, and one character more where it goes on.

    Args:
        first: the lines that were looked at.
        rest: where the others come from, which may have no end.
    """
    from models.content.listing import MOST_CHARACTERS

    longest = MOST_CHARACTERS + 1
    begun = "".join(first)[:longest]
    return begun + rest.read(longest - len(begun))


def _of_listing(text: str, chosen: argparse.Namespace) -> dict[str, Any]:
    """The answer to a listing, in the shape that lines are answered in."""
    from models.content.listing import from_listing
    from models.extract import cli
    from models.oneshot.asking import mimmo_of

    subject = from_listing(text, chosen.name or _UNNAMED)
    answer = mimmo_of(chosen).answer(subject)
    said = cli.Said(answer.subcategory, answer.confidence, answer.source, answer.nsfw)
    if chosen.name or answer.name != _UNNAMED:
        return cli.shape(answer.name, said, answer.record)
    record = answer.record and _without_name(answer.record)
    return cli.shape(answer.name, said, record) | {"name": None}


def _without_name(record: "Extracted") -> "Extracted":
    """A record without what was read in a name that nobody gave."""
    named = [field for field, proof in record.evidence.items() if proof.span is not None]
    return replace(
        record,
        metadata=record.metadata.model_copy(update=dict.fromkeys(named)),
        evidence={field: proof for field, proof in record.evidence.items() if field not in named},
    )


def called_mimmo() -> bool:
    """Whether the command was called by its own name, and not as `python -m models`."""
    return Path(sys.argv[0]).parts[-2:] != ("models", "__main__.py")
