"""`python -m models.training pairs artist|album DUMP --out FILE`: labelled pairs of names."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from models.match.dump import Dump
from models.match.errors import MatchError
from models.oneshot.options import make_parser
from models.oneshot.safe import safe
from models.training.experiment.progress import Meter
from models.training.pairs.entity import KINDS, Shares
from models.training.pairs.making import SPLITS, Wanted, make_pairs
from models.training.row_files import write_rows

EXAMPLES = """examples:
  python -m models.training pairs artist artist.tar.xz --out artist_pairs.jsonl.gz
  python -m models.training pairs album release-group.tar.xz --out album_pairs.jsonl --n 20000
  python -m models.training pairs artist mbdump/artist --out pairs.jsonl --measure

DUMP is a JSON dump of MusicBrainz (a .tar.xz, its folder, or the bare lines, compressed or not). A
line of FILE is {"kind", "a", "b", "match", "how", "mbid", "other_mbid", "split"}. Pairs that match
are aliases and spellings that are made (case, The, punctuation, & and and, editions); pairs that do
not are names of two entities, as near as there are. An entity is in one split alone. The same dump
and seed give the same bytes.

exit codes: 0 written; 1 the dump cannot be read; 2 wrong options; 130 stopped, nothing was written
"""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    what_for = "make pairs of names that are one artist or album, and that are not"
    parser = make_parser("python -m models.training pairs", what_for, EXAMPLES)
    add = parser.add_argument
    add("kind", choices=sorted(KINDS), help="what the names are of")
    add("dump", type=Path, metavar="DUMP", help="of artists, or of release groups for albums")
    add("--out", type=Path, required=True, metavar="FILE", help=".jsonl or .jsonl.gz")
    add(
        "--n",
        type=_count,
        default=Wanted.count,
        metavar="N",
        help="pairs that match, and as many that do not (%(default)s)",
    )
    add("--seed", type=int, default=0, help="(%(default)s)")
    add("--dev", type=_share, default=0.1, metavar="SHARE", help="of the entities (%(default)s)")
    add("--test", type=_share, default=0.1, metavar="SHARE", help="likewise (%(default)s)")
    add(
        "--near",
        type=_percent,
        default=Wanted.least,
        metavar="PERCENT",
        help="how alike names of two entities are at least (%(default)s)",
    )
    add(
        "--measure",
        action="store_true",
        help="ask `python -m models compare` of all pairs, and say the AUC",
    )
    return parser


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError("must be a whole number from 1 to 1,000,000")
    return int(text)


def _share(text: str) -> float:
    return _between(text, 0.5)


def _percent(text: str) -> float:
    return _between(text, 100)


def _between(text: str, most: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to {most:g}")
    return value


def run(arguments: list[str]) -> int:
    """Make the pairs; returns the exit code."""
    chosen = make().parse_args(arguments)
    wanted = Wanted(
        kind=chosen.kind,
        count=chosen.n,
        seed=chosen.seed,
        shares=Shares(chosen.dev, chosen.test),
        least=chosen.near,
    )
    try:
        rows = _made(chosen.dump, wanted)
        write_rows(chosen.out, rows)
    except (MatchError, OSError) as error:
        sys.stderr.write(safe(str(error)) + "\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("stopped; nothing was written. The same command makes the same pairs\n")
        return 130
    _report(rows, wanted, measured=chosen.measure)
    return 0


def _made(path: Path, wanted: Wanted) -> list[dict[str, Any]]:
    with Meter("pairs", 100) as meter:

        def on_breath(dump: Dump, number: int) -> None:
            part = 50 * (number - 1 + dump.position / max(dump.size, 1))
            meter.show(min(99, int(part)), f"pass {number} of 2: {dump.read:,} {dump.kind}s")

        return make_pairs(path, wanted, on_breath)


def _report(rows: Sequence[dict[str, Any]], wanted: Wanted, *, measured: bool) -> None:
    console = Console(stderr=True, emoji=False)
    counts = Counter((row["match"], row["how"], row["split"]) for row in rows)
    table = Table("match", "how", *SPLITS, title=f"{wanted.kind} pairs")
    for match, how in sorted({(match, how) for match, how, _ in counts}, reverse=True):
        numbers = [f"{counts[match, how, split]:,}" for split in SPLITS]
        table.add_row("yes" if match else "no", how, *numbers)
    console.print(table)
    matching = sum(row["match"] for row in rows)
    if matching < wanted.count:
        console.print(f"{matching:,} of {wanted.count:,} that match: the dump has no more")
    if measured:
        _show_measured(rows, console)


def _show_measured(rows: Sequence[dict[str, Any]], console: Console) -> None:
    from models.training.pairs.measure import measure

    table = Table("pairs", "n", "right", "AUC", title="models compare, without an index")
    for group, told in measure(rows).items():
        area = "" if told.auc is None else f"{told.auc:.3f}"
        table.add_row(group, f"{told.pairs:,}", f"{told.right / told.pairs:.1%}", area)
    console.print(table)
