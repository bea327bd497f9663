"""Rows of fields, each held against the catalogue, and the counts of every slice."""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.evaluation.slices import script
from models.extract.evidence.guard import find
from models.training.row_files import FIELDS
from models.training.validate.entry import Catalogue, Fields
from models.training.validate.scoring import Checked, Reason, Settings, check
from schemas.media import MEDIUM_OF, Subcategory

Row = dict[str, Any]

ROWS = Path(FIELDS)
"""Where a data folder has them."""


class RowsUnreadable(Exception):
    """The rows cannot be read; the message says which and why."""


@dataclass
class Slice:
    """What became of the rows of a slice."""

    reasons: Counter[Reason] = field(default_factory=Counter)
    score: float = 0.0
    """The sum of the scores of what is in the catalogue."""

    @property
    def rows(self) -> int:
        """All rows."""
        return self.reasons.total()

    def add(self, checked: Checked) -> None:
        """Count a row."""
        self.reasons[checked.reason] += 1
        self.score += checked.score

    def as_json(self) -> Row:
        """As the report has it."""
        unscored = (Reason.NOTHING, Reason.UNKNOWN, Reason.UNSAID)
        scored = self.rows - sum(self.reasons[reason] for reason in unscored)
        return {
            "rows": self.rows,
            "accepted": self.reasons[Reason.ACCEPTED],
            "mean_score": round(self.score / scored, 4) if scored else None,
            "reasons": {reason.value: count for reason, count in sorted(self.reasons.items())},
        }


@dataclass
class Validated:
    """All rows, and what became of them."""

    accepted: list[Row] = field(default_factory=list)
    rejected: list[Row] = field(default_factory=list)
    slices: dict[str, Slice] = field(default_factory=lambda: defaultdict(Slice))

    def add(self, row: Row, checked: Checked) -> None:
        """Count a row, and keep it with its score."""
        (self.accepted if checked.is_accepted else self.rejected).append(row | _told(checked))
        for name in ("all", *_slices_of(row)):
            self.slices[name].add(checked)


def validate(
    rows: Iterable[Row], catalogue: Catalogue, settings: Settings
) -> Iterator[tuple[Row, Checked]]:
    """Each row with what the catalogue says of it."""
    for row in rows:
        fields = fields_of(row)
        if _is_unsaid(row, fields):
            yield row, Checked(Reason.UNSAID)
        else:
            yield row, check(fields, catalogue.candidates(fields), settings)


def _is_unsaid(row: Row, fields: Fields) -> bool:
    """Whether a field does not stand in the name that it is said to be read of."""
    name = row.get("name")
    said = [text for text in (fields.title, fields.artist) if text]
    return isinstance(name, str) and any(find(text, name) is None for text in said)


def fields_of(row: Row) -> Fields:
    """The fields of a row; what is no text or no number counts as unknown."""
    year = row.get("year")
    artist = _text(row.get("artist"))
    subcategory = _subcategory(row.get("sub"))
    # A collection of an artist has a name of its own, which is no work.
    is_of_an_artist = subcategory is Subcategory.COLLECTION and artist is not None
    return Fields(
        title=None if is_of_an_artist else _text(row.get("title")),
        artist=artist,
        year=year if isinstance(year, int) and not isinstance(year, bool) else None,
        subcategory=subcategory,
    )


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file of JSON lines, gzipped or not, or of a data folder.

    Raises:
        RowsUnreadable: it is missing, damaged, or a line is no JSON object.
    """
    file = path / ROWS if path.is_dir() else path
    try:
        with file.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        opener = gzip.open if packed else open
        with opener(file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _row(file, number, line)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise RowsUnreadable(
            f"{file} cannot be read ({error}); give JSON lines with artist, title and year, or a "
            f"folder that holds {ROWS}"
        ) from error


def _row(file: Path, number: int, line: str) -> Row:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise RowsUnreadable(f"{file}, line {number} is no JSON: {error}") from error
    if not isinstance(row, dict):
        raise RowsUnreadable(f"{file}, line {number} is no JSON object")
    return row


def _told(checked: Checked) -> Row:
    work = checked.work
    told: Row = {"reason": checked.reason.value, "score": checked.score}
    if work is not None:
        told |= {
            "title": checked.title,
            "artist": checked.artist,
            "work": {
                "title": work.titles[0] if work.titles else None,
                "artist": work.artists[0] if work.artists else None,
                "year": work.year,
                "key": work.key,
            },
        }
    return {"validated": told}


def _slices_of(row: Row) -> Iterator[str]:
    subcategory = _subcategory(row.get("sub"))
    if subcategory is not None:
        yield f"medium: {MEDIUM_OF[subcategory].value}"
        yield f"sub: {subcategory.value}"
    yield f"script: {script(str(row.get('name', '')))}"
    named = [name for name in ("artist", "title", "year") if row.get(name)]
    yield f"fields: {', '.join(named) or 'none'}"


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _subcategory(value: object) -> Subcategory | None:
    try:
        return Subcategory(str(value))
    except ValueError:
        return None
