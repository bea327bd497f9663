"""`mimmo tag FOLDER --dry-run`: what a library would call the files of a folder.

It never touches a file: there is no other mode than the dry run.
"""

import argparse
import sys
from typing import TYPE_CHECKING

from models.oneshot.options import make_parser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.content.content import Content
    from models.oneshot.renaming import Rename

EXAMPLES = """examples:
  mimmo tag "Paper Lighthouse - Low Tide (2006) [FLAC]" --dry-run
  mimmo tag Downloads --dry-run --json
Layout: Artist/Year - Album/NN - Title, Series/Season 01/Series - S01E01, Title (Year)/Title (Year).
A folder of several works is read deeper: each by itself. What is left out is told on stderr.
"""


_MOST_TOLD = 100
"""Files that are named one by one where they are left out."""


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

    from models.content.content import Unreadable
    from models.content.folder import read_folder_on_disk
    from models.lines import write_json
    from models.oneshot.safe import complain, safe

    folder = Path(chosen.folder)
    if not folder.is_dir():
        raise Unreadable(f"{folder}: no such folder")
    content, on_disk = read_folder_on_disk(folder)
    for note in content.notes:
        complain(f"{folder}: {note}")
    planned, left_out = _planned(content, on_disk)
    for rename in planned:
        if chosen.json:
            write_json({"from": rename.old, "to": rename.new})
        else:
            sys.stdout.write(f"{safe(rename.old)} -> {safe(rename.new)}\n")
    for path in left_out[:_MOST_TOLD]:
        complain(f"left out: {path}")
    if len(left_out) > _MOST_TOLD:
        complain(f"left out: {len(left_out) - _MOST_TOLD:,} more")
    if not planned:
        complain(f"{folder}: nothing for a library of music, video or books")
    return 0


def _planned(content: "Content", on_disk: "Sequence[str]") -> "tuple[list[Rename], list[str]]":
    """The renames of each work of a folder, and the files of works for which there are none.

    Args:
        content: of the folder.
        on_disk: the paths of its files as they are on disk, in the same order.
    """
    from collections import defaultdict, deque

    from models.oneshot.mimmo import Mimmo
    from models.oneshot.renaming import Rename, renames
    from models.oneshot.works import ENDINGS, works_in

    real: defaultdict[str, deque[str]] = defaultdict(deque)
    for file, path in zip(content.files or (), on_disk, strict=True):
        real[file.path].append(path)
    mimmo = Mimmo()
    works = list(works_in(content))
    answers = mimmo.answer_all([work.content for work in works])
    planned: list[Rename] = []
    taken: set[str] = set()
    for work, answer in zip(works, answers, strict=True):
        for rename in renames(answer, mimmo, taken):
            old = real[f"{work.lead}{rename.old}"].popleft()
            planned.append(Rename(old, rename.new))
    unplanned = (path for paths in real.values() for path in paths)
    return planned, sorted(path for path in unplanned if _ending(path) in ENDINGS)


def _ending(path: str) -> str:
    return path.rpartition(".")[2].lower()
