"""`python -m models.training sample SOURCE... --out SAMPLE`: draws names that are worth a label."""

import argparse
import os
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from infra.postgres.access import Access, dsn_of
from infra.settings import settings
from models.ban.ban_list import BanRulesInvalid
from models.oneshot.options import make_parser
from models.oneshot.safe import safe
from streams.pipeline.bans import load_bans
from streams.replay.dump import STDIN, DumpUnreadable
from streams.replay.formats import AUTO, NAMES
from streams.training.sample import excluded, folder, sources
from streams.training.sample.drawing import Drawn, Wanted, draw
from streams.training.sample.progress import shown
from streams.training.sample.sources import Reading, Source
from streams.training.sample.strata import Weights

EXAMPLES = """examples:
  python -m models.training sample torrents.csv.gz --out SAMPLE
  python -m models.training sample dump.sqlite3 BT_backup/ more.jsonl.zst --n 20000 --out SAMPLE
  zstdcat dump.zst | python -m models.training sample - --out SAMPLE
  python -m models.training sample postgresql://reader@host/mimmo --out SAMPLE
  python -m models.training sample --corrections --n 500 --out SAMPLE   what people corrected
  python -m models.training sample dump.csv --exclude SAMPLE --exclude DATA/names --out MORE
  python -m models.training sample dump.csv --weight cyrillic=4 --weight bare=0 --out SAMPLE

A stratum is script/files/guess, such as latin/files/video or cyrillic/bare/unknown. Its share is by
weight (the product of its parts' weights); what a stratum cannot fill goes to the others. Near
copies are drawn once. What the ban list names is never drawn, and what its source or its name
flags as adult only with --adult. The same rows and seed give the same sample, in whatever order
they come.

SAMPLE holds sample.jsonl (id, name, files, size, stratum) and sample.json (where it is from).

exit codes: 0 drawn, or there already; 1 a source cannot be read, or holds no torrent; 2 wrong
options; 130 stopped: nothing was written, and the same command draws the same sample
"""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    what_for = "draw names to label: stratified, no near copies, the same for the same seed"
    parser = make_parser("python -m models.training sample", what_for, EXAMPLES)
    add = parser.add_argument
    add(
        "source",
        nargs="*",
        metavar="SOURCE",
        help="a dump of any format of replay, compressed or not; a folder of .torrent files; - is "
        "standard input; postgresql://... is a Postgres of ours or a bitmagnet's",
    )
    add("--corrections", action="store_true", help="names that people corrected, of our Postgres")
    add("--format", choices=NAMES, default=AUTO, help="of the dumps, instead of detecting it")
    add("--out", type=Path, required=True, metavar="SAMPLE", help="folder, made if need be")
    add("--n", type=_count, default=Wanted.count, metavar="N", help="rows (%(default)s)")
    add("--seed", type=int, default=Wanted.seed, help="(%(default)s)")
    add(
        "--files", type=_files, default=Wanted.files, metavar="N", help="kept of each (%(default)s)"
    )
    add(
        "--exclude",
        type=Path,
        action="append",
        default=[],
        metavar="FILE|DIR",
        help="JSON lines with names that are not drawn again: earlier samples, labelled rows",
    )
    add(
        "--weight",
        type=_weight,
        action="append",
        default=[],
        metavar="PART=W",
        help="of a part of strata (cyrillic, bare, video) or of one stratum; 0 leaves it out",
    )
    add("--adult", action="store_true", help="what is flagged as adult, too")
    add("--mark-held-out", action="store_true", help="mark rows that evaluation holds out")
    add("--force", action="store_true", help="replace another sample in the folder")
    return parser


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 10_000_000:
        raise argparse.ArgumentTypeError("must be a whole number from 1 to 10,000,000")
    return int(text)


def _files(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text) <= 100:
        raise argparse.ArgumentTypeError("must be a whole number from 0 to 100")
    return int(text)


def _weight(text: str) -> tuple[str, Fraction]:
    name, _, number = text.partition("=")
    try:
        weight = Fraction(number)
    except (ValueError, ZeroDivisionError):
        weight = Fraction(-1)
    if weight < 0:
        raise argparse.ArgumentTypeError("must be PART=W, such as cyrillic=4, W from 0 on")
    try:
        Weights().with_own({name: weight})
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return name, weight


def run(arguments: list[str]) -> int:
    """Draw a sample; returns the exit code."""
    parser = make()
    chosen = parser.parse_args(arguments)
    listed = _sources(chosen)
    if not listed:
        parser.error("name a SOURCE, or --corrections")
    if sum(source.place == STDIN for source in listed) > 1:
        parser.error("standard input can be read once")
    console = Console(stderr=True, emoji=False)
    known = (DumpUnreadable, excluded.ExcludedUnreadable, folder.OtherSample, BanRulesInvalid)
    try:
        return _draw(chosen, listed, console)
    except known as error:
        _say(console, str(error))
        return 1
    except OSError as error:
        _say(console, f"the sample cannot be drawn: {error}")
        return 1
    except KeyboardInterrupt:
        _say(console, "stopped; nothing was written. The same command draws the same sample")
        return 130


def _draw(chosen: argparse.Namespace, listed: Sequence[Source], console: Console) -> int:
    wanted = Wanted(
        count=chosen.n,
        seed=chosen.seed,
        files=chosen.files,
        adult=chosen.adult,
        marks_held_out=chosen.mark_held_out,
        weights=Weights().with_own(dict(chosen.weight)),
        known=excluded.excluded(chosen.exclude, chosen.seed),
    )
    bans = load_bans(settings())
    digests = [{"name": source.name, "sha256": sources.digest_of(source)} for source in listed]
    request = folder.Request(wanted, digests)
    if not chosen.force and folder.is_there(chosen.out, request):
        _say(console, f"{chosen.out} holds this sample already")
        return 0
    readings = [Reading(source, chosen.format) for source in listed]
    with shown(readings, console) as progress:
        drawn = draw(readings, wanted, bans, progress.update)
    if not drawn.torrents:
        _say(console, f"there is no torrent in it. Expected: {readings[0].expects}")
        return 1
    folder.write(chosen.out, request, drawn)
    _report(drawn, wanted, console)
    return 0


def _sources(chosen: argparse.Namespace) -> list[Source]:
    listed = [Source(os.fspath(place)) for place in chosen.source]
    if not chosen.corrections:
        return listed
    databases = [source for source in listed if source.place.startswith(sources.DATABASES)]
    own = dsn_of(settings(), Access.READER)
    places = [source.place for source in databases] or [own]
    others = [source for source in listed if source not in databases]
    return others + [Source(place, is_corrected=True) for place in places]


def _report(drawn: Drawn, wanted: Wanted, console: Console) -> None:
    table = Table("stratum", "torrents", "drawn", title="sample")
    for name, (seen, taken) in sorted(drawn.strata.items(), key=lambda row: (-row[1][1], row[0])):
        table.add_row(name, f"{seen:,}", f"{taken:,}")
    console.print(table)
    for why, count in sorted(drawn.refused.items()):
        _say(console, f"left out, {why}: {count:,} that would have been drawn or held for it")
    for reading in drawn.readings:
        rejected = f", {reading.rejected:,} records are none" if reading.rejected else ""
        _say(console, f"{reading.source.name}: {reading.torrents:,} torrents{rejected}")
        if reading.fault:
            _say(console, f"{reading.source.name} ends early: {reading.fault}")
    short = "" if len(drawn.lines) >= wanted.count else f" of {wanted.count:,}: there are no more"
    _say(console, f"{len(drawn.lines):,} rows drawn{short}")


def _say(console: Console, text: str) -> None:
    console.print(escape(safe(text)), highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
