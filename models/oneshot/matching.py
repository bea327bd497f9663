"""`mimmo match`: whether two names are of one artist, album or title; or links of lines."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from models.home import HOME
from models.oneshot.options import add_index, make_parser

if TYPE_CHECKING:
    from models.match.index import Index
    from models.match.matcher import Matcher

KINDS = ("artist", "album", "title")

EXAMPLES = """examples:
  mimmo match artist "GNR" "Guns N' Roses"
  mimmo match album "DSOTM" "The Dark Side of the Moon"
  mimmo match title "Nocturne Pt. 1" "Nocturne, Part One"
  echo '{"artist": "Paper Lighthouse", "title": "Low Tide"}' | python -m models match
  python -m models match albums.jsonl --index .mimmo/musicbrainz
Without two names the lines of FILE, or of standard input, are linked to MusicBrainz; an index of it
is made by: python -m streams.musicbrainz import DUMP...
A torrent called "match" is: mimmo -- match
"""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = make_parser("mimmo match", "whether two names are names of one thing", EXAMPLES)
    parser.usage = (
        f"mimmo match [--index DIR] {{{','.join(KINDS)}}} NAME NAME\n"
        "       mimmo match [--index DIR] [FILE]"
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="KIND NAME NAME | FILE",
        help="a kind and two names; or a file of JSON lines or `artist - title`, which are linked;"
        " - is standard input (default: -)",
    )
    add_index(parser, "index of MusicBrainz, whose aliases count, if it is there")
    return parser


def run(arguments: list[str]) -> int:
    """Compare two names, or link lines.

    Raises:
        Unreadable: a name is empty.
        MatchError: the index is not there, or damaged.
        UnreadableInput: the file cannot be read.
    """
    parser = make()
    chosen = parser.parse_intermixed_args(arguments)
    words: list[str] = chosen.words
    if len(words) == 1 and words[0] in KINDS:
        parser.error(f"two names are missing: mimmo match {words[0]} NAME NAME")
    if len(words) < 2:
        return _lines(words[0] if words else "-", chosen.index)
    if words[0] not in KINDS:
        parser.error(f"no such kind: {words[0]!r}; there are: {', '.join(KINDS)}")
    if len(words) != 3:
        parser.error(f"two names are compared, and here are {len(words) - 1}: quote them")
    return _compare(words, chosen.index)


def _compare(words: list[str], folder: Path | None) -> int:
    from models.content.content import Unreadable
    from models.lines import write_json
    from models.match.compare import compare

    kind, name, other = words
    if not name.strip() or not other.strip():
        raise Unreadable("a name is empty")
    answer = compare(kind, name, other, index_in(folder))
    write_json({"match": answer.same, "confidence": answer.confidence, "why": answer.why})
    return 0


def _lines(file: str, folder: Path | None) -> int:
    from models.lines import opened, write_answers
    from models.match import cli

    with opened(file) as lines:
        return write_answers(cli.run(lines, active_matcher(folder)))


def active_matcher(folder: Path | None) -> "Matcher":
    """The matcher of the active weights over the index of a folder, or of the usual one.

    Raises:
        MatchError: there is no index, or it is damaged.
        WeightsError: the active weights cannot be used.
    """
    from models import loading
    from models.active import Stage, chosen

    return loading.matcher(chosen(Stage.MATCH), folder or default_index())


def default_index() -> Path:
    """Where an index is if no folder is named."""
    return HOME / "musicbrainz"


def index_in(folder: Path | None) -> "Index | None":
    """The index in a folder. Returns None if no folder is named and the usual one has none.

    Raises:
        MatchError: there is none in the folder that is named, or it is damaged.
    """
    from models.match.errors import IndexMissing
    from models.match.index import Index

    try:
        return Index.open(folder or default_index())
    except IndexMissing:
        if folder is not None:
            raise
        return None
