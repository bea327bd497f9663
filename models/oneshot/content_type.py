"""`mimmo content-type NAME`: which of six types it is."""

import argparse
from typing import TYPE_CHECKING, Any

from models.oneshot.options import add_words, make_parser

if TYPE_CHECKING:
    from models.content.subject import Subject
    from schemas import Verdict

EXAMPLES = """examples:
  mimmo content-type "Pink Floyd - Dark Side of the Moon [FLAC]"
  mimmo content-type album.zip "Low Tide [FLAC]"
Every argument is a name, path or magnet link of its own: quote it.
The types: music, video, software, book (audiobooks, too), porn (whatever its medium), other.
"""

_MUSIC, _BOOK, _PORN = "music", "book", "porn"


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = make_parser("mimmo content-type", "which of six types something is", EXAMPLES)
    add_words(parser, "what to look at; each is one of its own: quote it", count="+")
    return parser


def run(arguments: list[str]) -> int:
    """Print `{"type", "confidence"}`.

    Returns:
        0; 1 if one of several cannot be read: `{"error"}` stands in its place.

    Raises:
        Unreadable: the only thing that is named cannot be read.
    """
    chosen = make().parse_args(arguments)
    from models.lines import write_json
    from models.oneshot.inputs import Taken, each_read, from_line, in_places
    from models.oneshot.mimmo import Mimmo

    taken = Taken.TEXT if chosen.text else Taken.PATH
    if len(chosen.words) == 1:
        subjects: list[Subject | str] = [from_line(chosen.words[0], taken)]
    else:
        subjects = each_read(chosen.words, lambda word: from_line(word, taken))
    errors = 0
    for verdict in in_places(subjects, Mimmo().classify_all):
        if isinstance(verdict, str):
            errors += 1
            write_json({"error": verdict})
        else:
            write_json(content_type(verdict))
    return 1 if errors else 0


def content_type(verdict: "Verdict") -> dict[str, Any]:
    """The type of a verdict and how sure it is."""
    from schemas import Medium, Subcategory

    kind = verdict.medium.value
    if verdict.nsfw:
        kind = _PORN
    elif verdict.subcategory is Subcategory.AUDIOBOOK:
        kind = _BOOK
    elif verdict.medium is Medium.AUDIO:
        kind = _MUSIC
    return {"type": kind, "confidence": verdict.confidence}
