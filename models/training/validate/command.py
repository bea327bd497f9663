"""`python -m models.training validate ROWS --catalogue INDEX|CSV --out FOLDER`."""

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from models.match.errors import MatchError
from models.match.index import Index
from models.oneshot.options import make_parser
from models.oneshot.safe import safe
from models.registry import sha256_of
from models.training.experiment.progress import Meter
from models.training.row_files import write_rows, write_text
from models.training.validate.checking import (
    ROWS,
    RowsUnreadable,
    Validated,
    read_rows,
    validate,
)
from models.training.validate.entry import Catalogue
from models.training.validate.of_index import IndexCatalogue
from models.training.validate.of_table import TableCatalogue, TableUnreadable
from models.training.validate.scoring import Reason, Settings

REJECTED = "rejected.jsonl.gz"
REPORT = "report.json"

EXAMPLES = f"""examples:
  python -m models.training validate DATA --catalogue .mimmo/musicbrainz --out CHECKED
  python -m models.training validate fields.jsonl --catalogue titles.csv.gz --out CHECKED
  python -m models.training validate DATA --catalogue titles.csv --accept 0.9 --out CHECKED
  python -m models.training tagger --data CHECKED --out EXPERIMENT       learn from what is left

ROWS are JSON lines with name, sub, artist, title and year, or a folder that holds
{ROWS}. The catalogue is the index of MusicBrainz (python -m
streams.musicbrainz import), or a CSV whose first line names its columns: title, and if known
artist, year and kind.

The score is 0.6 title + 0.4 artist, without words of editions, and 0.1 more for an equal year. What
one side does not know is not weighed. Accepted is 0.85, if the artists are more alike than 0.75 and
the titles than 0.9 (--artist-over 0.5 --title-over 0 accepts more, wrong ones among it).

CHECKED/{ROWS} holds the accepted rows, CHECKED/{REJECTED}
the others, each with its score and the work; CHECKED/{REPORT} counts every slice. What a catalogue
does not know is refused, too: the rest is right more often, and less of everything rare.

exit codes: 0 checked; 1 rows or catalogue cannot be read; 2 wrong options; 130 stopped, nothing was
written
"""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    what_for = "hold extracted fields against a catalogue, and keep what stands in it"
    parser = make_parser("python -m models.training validate", what_for, EXAMPLES)
    add = parser.add_argument
    known = Settings()
    add("rows", type=Path, metavar="ROWS", help="JSON lines, or a data folder")
    add(
        "--catalogue",
        type=Path,
        required=True,
        metavar="INDEX|CSV",
        help="the folder of the index of MusicBrainz, or a table of titles",
    )
    add("--out", type=Path, required=True, metavar="CHECKED", help="folder, made if need be")
    for option, default, what in (
        ("--accept", known.accept, "least score"),
        ("--artist-over", known.least_artist, "artists are more alike than this"),
        ("--title-over", known.least_title, "likewise titles"),
        ("--title-weight", known.title, "of the likeness of titles"),
        ("--artist-weight", known.artist, "of the likeness of artists"),
        ("--year-bonus", known.year_bonus, "for an equal year"),
        ("--other-year", known.other_year, "taken off for another year, without an artist"),
        ("--lone-word", known.lone_word, "taken off one word without artist and year"),
    ):
        add(option, type=_share, default=default, metavar="X", help=f"{what} (%(default)s)")
    return parser


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 2:
        raise argparse.ArgumentTypeError("must be a number from 0 to 2")
    return value


def run(arguments: list[str]) -> int:
    """Check the rows; returns the exit code."""
    parser = make()
    chosen = parser.parse_args(arguments)
    settings = Settings(
        title=chosen.title_weight,
        artist=chosen.artist_weight,
        year_bonus=chosen.year_bonus,
        other_year=chosen.other_year,
        lone_word=chosen.lone_word,
        accept=chosen.accept,
        least_artist=chosen.artist_over,
        least_title=chosen.title_over,
    )
    if not settings.title + settings.artist:
        parser.error("--title-weight and --artist-weight must not both be 0")
    try:
        catalogue = _catalogue(chosen.catalogue)
        validated = _validated(chosen.rows, catalogue, settings)
        _write(chosen.out, validated, chosen.rows, chosen.catalogue, settings)
    except (MatchError, RowsUnreadable, TableUnreadable, OSError) as error:
        sys.stderr.write(safe(str(error)) + "\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("stopped; nothing was written. The same command checks the same rows\n")
        return 130
    _show(validated, chosen.out)
    return 0


def _catalogue(path: Path) -> Catalogue:
    if path.is_dir():
        return IndexCatalogue(Index.open(path))
    table = TableCatalogue.read(path)
    for why, count in sorted(table.bad.items()):
        sys.stderr.write(f"{safe(str(path))}: {count:,} records are left out: {why}\n")
    return table


def _validated(path: Path, catalogue: Catalogue, settings: Settings) -> Validated:
    rows = list(read_rows(path))
    if not rows:
        raise RowsUnreadable(f"{path} holds no rows")
    validated = Validated()
    with Meter("validate", len(rows)) as meter:
        for number, (row, checked) in enumerate(validate(rows, catalogue, settings), 1):
            validated.add(row, checked)
            if number % 100 == 0 or number == len(rows):
                meter.show(number, f"{len(validated.accepted):,} accepted")
    return validated


def _write(
    folder: Path, validated: Validated, rows: Path, catalogue: Path, settings: Settings
) -> None:
    write_rows(folder / ROWS, validated.accepted)
    write_rows(folder / REJECTED, validated.rejected)
    file = rows / ROWS if rows.is_dir() else rows
    report = {
        "rows": {"name": str(rows), "sha256": sha256_of(file)},
        "catalogue": {
            "name": str(catalogue),
            "sha256": sha256_of(catalogue) if catalogue.is_file() else None,
        },
        "settings": vars(settings),
        "slices": {name: part.as_json() for name, part in sorted(validated.slices.items())},
    }
    text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
    write_text(folder / REPORT, text)


def _show(validated: Validated, folder: Path) -> None:
    table = Table("slice", "rows", "accepted", *(reason.value for reason in list(Reason)[1:]))
    for name, part in sorted(validated.slices.items()):
        share = f"{part.reasons[Reason.ACCEPTED] / part.rows:.1%}"
        others = [f"{part.reasons[reason]:,}" for reason in list(Reason)[1:]]
        table.add_row(name, f"{part.rows:,}", share, *others)
    console = Console(stderr=True, emoji=False)
    console.print(table)
    console.print(
        safe(f"{folder / ROWS}: {len(validated.accepted):,} rows"), highlight=False, markup=False
    )
