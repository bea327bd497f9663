"""`mimmo match`: whether two names are of one artist, album or title; or links of lines."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from models.oneshot.options import HOME, add_file, add_index, make_parser

if TYPE_CHECKING:
    from models.match.index import Index

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
    """The parser of two names."""
    parser = make_parser("mimmo match", "whether two names are names of one thing", EXAMPLES)
    parser.add_argument("kind", choices=KINDS, help="what they are names of")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("other", metavar="NAME")
    add_index(parser, "index of MusicBrainz, whose aliases count, if it is there")
    return parser


def make_lines() -> argparse.ArgumentParser:
    """The parser of lines."""
    parser = make_parser("mimmo match", "MusicBrainz links of each line", EXAMPLES)
    add_file(parser, "JSON lines or `artist - title`; - is standard input (default: -)")
    add_index(parser, "index of MusicBrainz")
    return parser


def run(arguments: list[str]) -> int:
    """Compare two names, or link lines.

    Raises:
        MatchError: the index is not there, or damaged.
        UnreadableInput: the file cannot be read.
    """
    if arguments and arguments[0] in KINDS:
        return _compare(make().parse_args(arguments))
    return _lines(make_lines().parse_args(arguments))


def _compare(chosen: argparse.Namespace) -> int:
    from models.lines import write_json
    from models.match.compare import compare

    answer = compare(chosen.kind, chosen.name, chosen.other, index_in(chosen.index))
    write_json({"match": answer.same, "confidence": answer.confidence, "why": answer.why})
    return 0


def _lines(chosen: argparse.Namespace) -> int:
    from models.lines import opened, write_answers
    from models.match import cli
    from models.match.matcher import Matcher

    with opened(chosen.file) as lines:
        return write_answers(cli.run(lines, Matcher.open(chosen.index or default_index())))


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
