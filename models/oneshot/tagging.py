"""`mimmo tag FOLDER --dry-run`: what a library would call the files of a folder.

It never touches a file: there is no other mode than the dry run.
"""

import argparse
import sys
from typing import TYPE_CHECKING

from models.oneshot.options import make_parser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from models.oneshot.mimmo import Mimmo
    from models.oneshot.renaming import Rename

EXAMPLES = """examples:
  mimmo tag "Paper Lighthouse - Low Tide (2006) [FLAC]" --dry-run
  mimmo tag Downloads --dry-run --json
Layout: Artist/Year - Album/NN - Title, Series/Season 01/Series - S01E01, Title (Year)/Title (Year).
A folder of several works is read one level deeper: each by itself.
"""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = make_parser(
        "mimmo tag", "what a library would call the files of a folder; nothing is renamed", EXAMPLES
    )
    parser.add_argument("folder", metavar="FOLDER")
    parser.add_argument("--dry-run", action="store_true", help="required: there is nothing else")
    parser.add_argument("--json", action="store_true", help='{"from", "to"}, one a line')
    return parser


def run(arguments: list[str]) -> int:
    """Print the renames.

    Returns:
        0; 1 if the folder cannot be read; 2 without `--dry-run`.

    Raises:
        Unreadable: the folder cannot be read.
    """
    parser = make()
    chosen = parser.parse_args(arguments)
    if not chosen.dry_run:
        parser.error("only --dry-run exists: nothing is ever renamed")
    from pathlib import Path

    from models.lines import write_json
    from models.oneshot.mimmo import Mimmo
    from models.oneshot.safe import complain, safe

    count = 0
    for rename in _renames(Path(chosen.folder), Mimmo()):
        count += 1
        if chosen.json:
            write_json({"from": rename.old, "to": rename.new})
        else:
            sys.stdout.write(f"{safe(rename.old)} -> {safe(rename.new)}\n")
    if not count:
        complain(f"{chosen.folder}: nothing for a library of music, video or books")
    return 0


def _renames(folder: "Path", mimmo: "Mimmo") -> "Iterator[Rename]":
    """The renames of a folder; if it holds several works, those of each of them."""
    from models.content.content import Unreadable
    from models.content.path import read_path
    from models.oneshot.renaming import Rename, holds_works, renames
    from models.oneshot.safe import complain

    if not folder.is_dir():
        raise Unreadable(f"{folder}: no such folder")
    content = read_path(folder)
    if not holds_works(content):
        for rename in renames(mimmo.answer(content), mimmo):
            yield Rename(f"{content.name}/{rename.old}", rename.new)
        return
    for child in sorted(folder.iterdir()):
        if child.is_symlink():
            continue
        try:
            below = mimmo.answer(read_path(child))
        except Unreadable as error:
            complain(str(error))
            continue
        lead = f"{content.name}/{below.name}/" if child.is_dir() else f"{content.name}/"
        for rename in renames(below, mimmo):
            yield Rename(f"{lead}{rename.old}", rename.new)
