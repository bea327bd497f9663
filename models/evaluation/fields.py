"""Labelled fields of names: cases, what counts as right, and figures by medium, field and style.

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
from models.evaluation.cases import options
from models.evaluation.flat import FlatFields, spellings
from models.evaluation.metrics import Share
from models.evaluation.slices import style
from models.evaluation.table import Table, WantedErrors
from models.extract.extractor import Extracted
from models.training.row_files import FIELD_NAMES
from models.training.row_labels import adult, name_of
from models.training.row_labels import field as value_of
from schemas import MEDIUM_OF, Subcategory, title_and_creator_fields

FIELDS = FIELD_NAMES
_COUNTED = ("season", "episode")
BOTH = "artist + title"
WHOLE = "all fields"
_SLICES = ("video", "audio", "book", "software", "other", "adult")


@dataclass(frozen=True, slots=True)
class FieldCase:
    """A name and the values that count as right, for each field the label speaks of."""

    name: str
    medium: str
    adult: bool
    expected: dict[str, tuple[Any, ...]]
    subcategory: str = ""
    language: str = ""
    """As the label says, if it does."""

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
    return labelled.rows(path, case_from, "case with fields")


def case_from(row: dict[str, Any]) -> FieldCase:
    """One case of its JSON form.

    Raises:
        ValueError: its subcategory is none, or a field has a value of another kind.
        KeyError: it lacks a name, or what kind of thing it is.
    """
    subcategory = options(row["sub"])[0]
    medium = options(row.get("medium") or MEDIUM_OF[Subcategory(subcategory)])[0]
    expected = {field: _values(field, row.get(field)) for field in FIELDS}
    return FieldCase(
        name=name_of(row),
        medium=str(medium),
        adult=adult(options(row.get("nsfw"))[0]) is True,
        expected=expected,
        subcategory=str(subcategory),
        language=str(options(row.get("lang") or "")[0]),
    )


def _values(field: str, value: object) -> tuple[Any, ...]:
    return tuple(value_of(field, option) for option in options(value))


def plain(value: object) -> str:
    """A value as it is compared."""
    if value is None:
        return ""
    text = re.sub("['\u2019`]", "", unicodedata.normalize("NFKC", str(value)).casefold())
    letters = (letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in text)
    return " ".join("".join(letters).split())


def right(case: FieldCase, given: FlatFields) -> dict[str, bool]:
    """Which fields are right; and artist and title together, and all."""
    is_right = {field: _is_right(case, field, answer(given, field)) for field in FIELDS}
    return {
        **is_right,
        BOTH: is_right["artist"] and is_right["title"],
        WHOLE: all(is_right.values()),
    }


def by_field(cases: Sequence[FieldCase], answers: dict[str, Sequence[FlatFields]]) -> Table:
    """Share right of each field, by slice and by who answered."""
    columns = (*FIELDS, BOTH, WHOLE)
    rows = []
    for part in _SLICES:
        members = [place for place, case in enumerate(cases) if case.slice == part]
        for who, given in answers.items() if members else ():
            oks = [right(cases[place], given[place]) for place in members]
            shares = [Share(sum(ok[column] for ok in oks), len(oks)) for column in columns]
            rows.append((part, str(len(members)), who, *(share.bounded for share in shares)))
    return Table("% right, absent values counted", ("", "cases", "", *columns), rows)


def by_style(cases: Sequence[FieldCase], given: Sequence[FlatFields]) -> Table:
    """Titles, and artists with titles, by how names are written; not adult."""
    styles: dict[tuple[str, str], list[dict[str, bool]]] = defaultdict(list)
    for case, fields in zip(cases, given, strict=True):
        if not case.adult:
            styles[case.medium, style(case.name)].append(right(case, fields))
    rows = [
        (
            medium,
            kind,
            str(Share(sum(ok["title"] for ok in oks), len(oks))),
            str(Share(sum(ok[BOTH] for ok in oks), len(oks))),
        )
        for (medium, kind), oks in sorted(styles.items())
    ]
    return Table("by style of name", ("", "style", "title", BOTH), rows)


def by_witness(cases: Sequence[FieldCase], given: Sequence[Extracted | None]) -> Table:
    """How right and how sure of itself each witness is, for the fields that it gave; not adult."""
    witnesses: dict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for case, extracted in zip(cases, given, strict=True):
        if extracted is not None and not case.adult:
            for label, source, confidence, is_right in testimony(case, extracted):
                witnesses[label, source].append((confidence, is_right))
    rows = [
        (
            label,
            source,
            str(Share(sum(is_right for _, is_right in answers), len(answers))),
            f"{sum(confidence for confidence, _ in answers) / len(answers):.3f}",
        )
        for (label, source), answers in sorted(witnesses.items())
    ]
    return Table("by witness", ("field", "source", "right", "mean confidence"), rows)


def errors(cases: Sequence[FieldCase], given: Sequence[FlatFields], asked: WantedErrors) -> Table:
    """Cases whose field is wrong, not adult."""
    rows = [
        (
            case.name[:100],
            " or ".join(str(value) for value in case.expected[asked.field]),
            str(creator(fields) if asked.field == "artist" else fields.get(asked.field)),
        )
        for case, fields in zip(cases, given, strict=True)
        if not case.adult and not right(case, fields)[asked.field]
    ]
    return Table(f"wrong: {asked.field}", ("name", "wanted", "found"), rows[: asked.most])


def creator(given: FlatFields) -> Any:
    """Who made it: artist, or author."""
    return given.get("artist") or given.get("author")


def answer(given: FlatFields, field: str) -> Any:
    """The value of a field as it is compared.

    Of several it is the first, of an artist all spellings, of a range what labels write.
    """
    if field == "artist":
        return creator(given)
    value = given.get(field)
    if field in _COUNTED and isinstance(value, list) and len(value) > 1:
        return [value[0], f"{value[0]}-{value[-1]}"]
    return value[0] if isinstance(value, list) and value else value


def _is_right(case: FieldCase, field: str, value: object) -> bool:
    answers = {plain(answer) for answer in (value if isinstance(value, list) else [value])}
    return any(plain(expected) in answers for expected in case.expected[field])


def testimony(case: FieldCase, extracted: Extracted) -> Iterator[tuple[str, str, float, bool]]:
    """Of each field with evidence: its label, the witness, its confidence, whether it is right."""
    title, made_by = title_and_creator_fields(Subcategory(extracted.metadata.subcategory))
    for label, name in (("title", title), ("artist", made_by), ("year", "year")):
        proof = extracted.evidence.get(name or "")
        if proof is None:
            continue
        value = getattr(extracted.metadata, name or "")
        value = value[0] if isinstance(value, tuple) else value
        is_right = _is_right(case, label, spellings(value))
        yield label, proof.source, proof.confidence, is_right
