"""`mimmo link NAME...`: the MusicBrainz ids of music."""

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from models.oneshot.options import add_index, make_parser

if TYPE_CHECKING:
    from models.match.matcher import Matcher
    from models.oneshot.answer import Answer

EXAMPLES = """examples:
  mimmo link "Paper Lighthouse - Low Tide (2006) [FLAC]"
  mimmo link "Paper Lighthouse - Low Tide" "Aurora Vale - Paper Lanterns"
  cat names.txt | mimmo link
Every NAME is a name, path or magnet link of its own: quote it.
The index is made by: python -m streams.musicbrainz import DUMP...
"""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = make_parser("mimmo link", "the MusicBrainz ids of music", EXAMPLES)
    parser.add_argument("names", nargs="*", metavar="NAME", help="without it, standard input")
    parser.add_argument("--text", action="store_true", help="NAMEs are names, never paths")
    add_index(parser, "index of MusicBrainz")
    return parser


def run(arguments: list[str]) -> int:
    """Print a JSON object for each name.

    Raises:
        MatchError: there is no index, or it is damaged.
    """
    parser = make()
    chosen = parser.parse_args(arguments)
    from models.oneshot.look import is_piped

    if not chosen.names and not is_piped():
        parser.print_usage(sys.stderr)
        return 2
    from models.lines import write_answers
    from models.oneshot.matching import active_matcher

    return write_answers(_answers(chosen, active_matcher(chosen.index)))


def _answers(chosen: argparse.Namespace, matcher: "Matcher") -> Iterator[dict[str, Any]]:
    from models.oneshot.inputs import Taken, from_json_or_line
    from models.oneshot.many import answered
    from models.oneshot.mimmo import BATCH, Mimmo
    from models.oneshot.ready_lines import ready_lines

    mimmo = Mimmo()
    taken = Taken.PATH if chosen.names else Taken.NAME
    if chosen.text:
        taken = Taken.TEXT
    groups = [chosen.names] if chosen.names else ready_lines(sys.stdin.fileno(), BATCH)
    for lines in groups:
        named = [line for line in lines if line.strip()]
        told = answered(named, mimmo, lambda line: from_json_or_line(line, taken))
        for item in told:
            yield {"error": item} if isinstance(item, str) else link(item, matcher)


def link(answer: "Answer", matcher: "Matcher") -> dict[str, Any]:
    """What MusicBrainz knows of an answer; status `none` if it is no music."""
    from models.match.cli import as_dict
    from models.match.query import query_of
    from schemas import MUSIC

    told = {"name": answer.name, "subcategory": answer.subcategory.value}
    metadata = answer.metadata
    if metadata is None or answer.subcategory not in MUSIC:
        return told | {
            "status": "none",
            "artist_mbid": None,
            "release_group_mbid": None,
            "score": 0.0,
            "margin": 0.0,
            "candidates": [],
            "why": ["it is no music"],
        }
    return told | as_dict(matcher.match([query_of(metadata)])[0])
