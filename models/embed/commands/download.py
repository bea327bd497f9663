"""`python -m models.embed download LIST --to FOLDER`: files of a list of addresses."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from models.embed.commands.options import FAILED, tell
from models.embed.datasets.fetching import Address, BadList, fetch_all, read_list
from models.oneshot.options import make_parser
from models.training.experiment.progress import Meter

EXAMPLES = """examples:
  python -m models.embed download fma.txt --to FMA

LIST has a file a line, parted by tabs: URL NAME [SIZE [SHA256]], and - for what is not known:
  https://example.org/fma_small.zip	fma_small.zip	7679594875	-
Publishers print sizes and hashes beside their files; with them a file that is cut off or another
one is refused. The same command goes on where it was stopped, in the midst of a file, too. A server
is asked for one file at a time. Some sets, and all sounds of videos, may not be fetched like this:
read the terms of each.

exit codes: 0 all files are there; 1 some did not come; 2 wrong options or list; 130 stopped: the
same command goes on
"""

_WRONG = 2


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    what = "bring the files of a list of addresses, go on where it was stopped, and check them"
    parser = make_parser("python -m models.embed download", what, EXAMPLES)
    parser.add_argument("list", type=Path, metavar="LIST", help="addresses, a file a line")
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="made if need be")
    return parser


def run(arguments: Sequence[str]) -> int:
    """Fetch the files; returns the exit code."""
    chosen = make().parse_args(arguments)
    try:
        addresses = read_list(chosen.list)
    except BadList as error:
        tell(str(error))
        return _WRONG
    failed = []

    def on_failed(address: Address, why: str) -> None:
        failed.append(address)
        tell(f"not fetched: {why}")

    with Meter("files", len(addresses)) as meter:
        for done in fetch_all(addresses, chosen.to, on_failed):
            meter.show(done)
    tell(f"{len(addresses) - len(failed)} of {len(addresses)} files are in {chosen.to}")
    return FAILED if failed else 0
