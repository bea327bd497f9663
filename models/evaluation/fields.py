"""Labelled fields of names: cases, what counts as right, and figures by medium, field, witness and
style.

A case is a JSON line: name, medium or sub, and artist (author of a book), title, year, season,
episode where the label says them; a value may be a list of the answers of two readers, either is
right. Absent counts: a field that the name does not have must be left out. Texts are compared as
the bench compares them: case, punctuation and Unicode form aside.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.evaluation import cases as labelled
from models.evaluation.flat import Record
from models.evaluation.metrics import Share
from models.evaluation.table import Table
from models.extract.extractor import Extracted
from schemas import MEDIUM_OF, Subcategory, title_and_creator_fields

FIELDS = ("artist", "title", "year", "season", "episode")
_BOTH = "artist + title"
_WHOLE = "all fields"


@dataclass(frozen=True, slots=True)
class FieldCase:
    """A name and the values that count as right, for each field the label speaks of."""

    name: str
    medium: str
    adult: bool
    expected: dict[str, tuple[Any, ...]]

    @property
    def slice(self) -> str:
        """`adult`, else the medium: adult names have no settled titles and are reported apart."""
        return "adult" if self.adult else self.medium


def read(path: Path) -> Iterator[FieldCase]:
    """The cases of a JSON-lines file, plain or .gz.

    Raises:
        BadCases: a line is not a case.
        OSError: the file cannot be read.
    """
    return labelled.rows(path, _case, "case with fields")


def _case(row: dict[str, Any]) -> FieldCase:
    sub = _options(row["sub"])[0]
    medium = _options(row.get("medium") or MEDIUM_OF[Subcategory(sub)])[0]
    expected = {field: _options(row.get(field)) for field in FIELDS}
    return FieldCase(str(row["name"]), str(medium), bool(_options(row.get("nsfw"))[0]), expected)


def _options(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def plain(value: object) -> str:
    """A value as it is compared."""
    if value is None:
        return ""
    text = re.sub("['\u2019`]", "", unicodedata.normalize("NFKC", str(value)).casefold())
    return " ".join(
        "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in text).split()
    )


def right(case: FieldCase, record: Record) -> dict[str, bool]:
    """Which fields are right; and artist and title together, and all."""
    given = {**record, "artist": record.get("artist") or record.get("author")}
    ok = {}
    for field in FIELDS:
        value = given.get(field)
        value = value[0] if isinstance(value, list) and value else value
        ok[field] = any(plain(value) == plain(one) for one in case.expected[field])
    ok[_BOTH] = ok["artist"] and ok["title"]
    ok[_WHOLE] = all(ok[field] for field in FIELDS)
    return ok


def style(name: str) -> str:
    """How a name is written: `cjk`, `cyrillic`, `scene` (no spaces), `bracketed` (a tag first), or
    `spaced`.
    """
    if re.search(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", name):
        return "cjk"
    if re.search(r"[\u0400-\u04ff]", name):
        return "cyrillic"
    if " " not in name.strip():
        return "scene"
    return "bracketed" if name.lstrip().startswith(("[", "(", "{")) else "spaced"


def by_field(cases: Sequence[FieldCase], answers: dict[str, Sequence[Record]]) -> Table:
    """Share right of each field, by slice and by who answered."""
    columns = (*FIELDS, _BOTH, _WHOLE)
    lines = []
    for part in ("video", "audio", "book", "software", "other", "adult"):
        members = [index for index, case in enumerate(cases) if case.slice == part]
        for who, records in answers.items() if members else ():
            oks = [right(cases[index], records[index]) for index in members]
            shares = [Share(sum(ok[column] for ok in oks), len(oks)) for column in columns]
            lines.append(
                (part, str(len(members)), who, *(f"{100 * share.value:.1f}" for share in shares))
            )
    return Table("% right, absent values counted", ("", "cases", "", *columns), lines)


def by_style(cases: Sequence[FieldCase], records: Sequence[Record]) -> Table:
    """Titles, and artists with titles, by how names are written; not adult."""
    groups: dict[tuple[str, str], list[dict[str, bool]]] = defaultdict(list)
    for case, record in zip(cases, records, strict=True):
        if not case.adult:
            groups[case.medium, style(case.name)].append(right(case, record))
    rows = [
        (
            medium,
            kind,
            str(Share(sum(ok["title"] for ok in oks), len(oks))),
            str(Share(sum(ok[_BOTH] for ok in oks), len(oks))),
        )
        for (medium, kind), oks in sorted(groups.items())
    ]
    return Table("by style of name", ("", "style", "title", _BOTH), rows)


def by_witness(cases: Sequence[FieldCase], founds: Sequence[Extracted | None]) -> Table:
    """How right and how sure of itself each witness is, for the fields that it gave; not adult."""
    groups: dict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for case, found in zip(cases, founds, strict=True):
        if found is None or case.adult:
            continue
        title, creator = title_and_creator_fields(Subcategory(found.metadata.subcategory))
        for label, name in (("title", title), ("artist", creator), ("year", "year")):
            proof = found.evidence.get(name or "")
            if proof is None:
                continue
            value = getattr(found.metadata, name or "")
            value = value[0] if isinstance(value, tuple) else value
            ok = any(plain(value) == plain(one) for one in case.expected[label])
            groups[label, proof.source].append((proof.confidence, ok))
    rows = [
        (
            label,
            source,
            str(Share(sum(ok for _, ok in found), len(found))),
            f"{sum(c for c, _ in found) / len(found):.3f}",
        )
        for (label, source), found in sorted(groups.items())
    ]
    return Table("by witness", ("field", "source", "right", "mean confidence"), rows)


def errors(cases: Sequence[FieldCase], records: Sequence[Record], field: str, most: int) -> Table:
    """Cases whose field is wrong, not adult."""
    lines = []
    for case, record in zip(cases, records, strict=True):
        if not case.adult and not right(case, record)[field]:
            wanted = " or ".join(str(one) for one in case.expected[field])
            given = (
                record.get("artist") or record.get("author")
                if field == "artist"
                else record.get(field)
            )
            lines.append((case.name[:100], wanted, str(given)))
    return Table(f"wrong: {field}", ("name", "wanted", "found"), lines[:most])
