"""What rows say that people typed or exported from tables, and what is no label."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.evaluation import cases, fields
from models.evaluation.cases import BadCases, Case
from models.training.classifier import data
from models.training.classifier.calibrate import ADULT, MEDIA, SUBS, fit
from models.training.classifier.data import Row
from models.training.compare import cases as compared
from models.training.compare.cases import Evaluation
from models.training.experiment.errors import DataMissing
from models.training.row_files import FIELDS, NAMES
from models.training.tagger.data import read_rows
from schemas import Medium, Subcategory

ALBUM = {"name": "Paper Lighthouse - Low Tide", "medium": "audio", "sub": "album"}


def typed(path: Path, *lines: object) -> Path:
    """A file as a person leaves it: with a blank line at its end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line) + "\n" for line in lines) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def judged(folder: Path, *rows: dict[str, Any]) -> list[Case]:
    path = typed(folder / "read.jsonl", *rows)
    return [row.case for row in compared.names(Evaluation(files=(path,)))]


def listed(case: Case) -> list[tuple[str, int | None]]:
    return [(file.path, file.size) for file in case.subject.files or ()]


def learnt(folder: Path, *rows: object) -> list[Row]:
    typed(folder / NAMES, *rows)
    return data.labelled(folder)


def test_rows_of_a_sample_are_judged_on_with_their_files(tmp_path: Path) -> None:
    sample = {**ALBUM, "id": "ab" * 20, "files": [["01 Low Tide.flac", 50], ["cover.jpg", 0]]}
    objects = {**ALBUM, "files": [{"path": "01.flac", "size": 50}, {"path": "02.flac"}]}
    first, second = judged(tmp_path, sample, objects)
    files = [
        [(file.path, file.size) for file in case.subject.files or ()] for case in (first, second)
    ]
    assert files[0] == [("01 Low Tide.flac", 50), ("cover.jpg", None)], "0 of a sample is unknown"
    assert files[1] == [("01.flac", 50), ("02.flac", None)]


@pytest.mark.parametrize(
    "files", ["a.flac", ["a.flac"], [["a.flac"]], [{"size": 1}], [[1, "x"]], [["", 1]], 5]
)
def test_files_that_are_none_are_told_with_what_they_should_be(
    tmp_path: Path, files: object
) -> None:
    with pytest.raises(BadCases, match=r'read\.jsonl:1: .*it is a list of \["path", size\]'):
        judged(tmp_path, {**ALBUM, "files": files})


def test_a_row_that_does_not_say_whether_it_is_adult_decides_nothing_of_that(
    tmp_path: Path,
) -> None:
    rows = [ALBUM, {**ALBUM, "nsfw": None}, {**ALBUM, "nsfw": False}, {**ALBUM, "nsfw": 0}]
    assert [case.nsfw for case in judged(tmp_path, *rows)] == [(), (), (False,), (False,)]
    assert [row.nsfw for row in learnt(tmp_path, *rows)] == [None, None, False, False]
    readers = {**ALBUM, "nsfw": [True, None]}
    assert judged(tmp_path, readers)[0].nsfw == (True,)


def test_where_a_file_flags_adult_rows_alone_the_others_are_not_adult(tmp_path: Path) -> None:
    rows = [ALBUM, {**ALBUM, "nsfw": 1}, {**ALBUM, "nsfw": None}]
    assert [case.nsfw for case in judged(tmp_path, *rows)] == [(False,), (True,), ()]
    assert [row.nsfw for row in learnt(tmp_path, *rows)] == [False, True, None]
    path = typed(tmp_path / "cases.jsonl", *rows)
    assert [case.nsfw for case in cases.read(path)] == [(False,), (True,), ()]


@pytest.mark.parametrize("flag", ["false", "no", "0", 2, 0.0, {}])
def test_a_flag_that_is_none_is_told_with_its_line(tmp_path: Path, flag: object) -> None:
    rows = [ALBUM, {**ALBUM, "nsfw": flag}]
    said = r"nsfw is .*; it is true, false or null"
    with pytest.raises(BadCases, match=rf"read\.jsonl:2: .*{said}"):
        judged(tmp_path, *rows)
    with pytest.raises(DataMissing, match=rf"line 2 .*{said}"):
        learnt(tmp_path, *rows)
    fields = typed(tmp_path / "fields.jsonl", *rows)
    with pytest.raises(BadCases, match=rf"fields\.jsonl:2: .*{said}"):
        compared.with_fields(Evaluation(files=(fields,)))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**ALBUM, "name": None}, "name is None; it is a text"),
        ({"medium": "audio", "sub": "album"}, "name is missing"),
        ({"name": "Low Tide", "sub": "album"}, "medium is missing"),
        ([ALBUM], "a row is a JSON object"),
        ({**ALBUM, "share": "x"}, "share is 'x'; it is a table of shares"),
    ],
)
def test_what_is_no_row_is_told_plainly(tmp_path: Path, row: object, said: str) -> None:
    with pytest.raises(DataMissing, match=said) as wrong:
        learnt(tmp_path, ALBUM, row)
    assert "line 2" in str(wrong.value)
    assert "Error" not in str(wrong.value)
    assert "object has no" not in str(wrong.value)


@pytest.mark.parametrize("row", [{"name": None, "sub": "album"}, ["album"]])
def test_a_row_of_the_tagger_without_a_name_is_told(tmp_path: Path, row: object) -> None:
    typed(tmp_path / FIELDS, ALBUM, row)
    with pytest.raises(DataMissing, match=r"line 2 is no row of name and sub: (name is|a row is)"):
        read_rows(tmp_path)


def test_blank_lines_are_no_rows_and_are_counted_as_lines(tmp_path: Path) -> None:
    path = tmp_path / NAMES
    path.parent.mkdir()
    row = json.dumps(ALBUM)
    path.write_bytes(gzip.compress(f"{row}\n\n{row}\n\n".encode()))
    assert len(data.labelled(tmp_path)) == 2
    path.write_bytes(gzip.compress(f'{row}\n\n{{"name": 5}}\n'.encode()))
    with pytest.raises(DataMissing, match="line 3 "):
        data.labelled(tmp_path)


def test_the_adult_flag_is_fitted_on_the_rows_that_say_something_of_it() -> None:
    told = [Row("a", Medium.AUDIO, Subcategory.ALBUM, nsfw=flag) for flag in (True, False)] * 20
    silent = [Row("a", Medium.AUDIO, Subcategory.ALBUM, nsfw=None)] * 40
    logits = np.random.default_rng(1).normal(size=(80, len(MEDIA) + len(SUBS) + 1))
    alone = fit(logits[:40], logits[:40], told)
    beside = fit(logits, logits, [*told, *silent])
    assert {name: beside[name] for name in ADULT} == {name: alone[name] for name in ADULT}
    assert np.isfinite(list(fit(logits[40:], logits[40:], silent).values())).all()


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("artist", 5, "a text or null"),
        ("title", ["Low Tide"], "a text or null"),
        ("year", 2006.5, "a number, a text or null"),
        ("season", True, "a number, a text or null"),
    ],
)
def test_a_field_of_another_kind_is_named_with_its_line(
    tmp_path: Path, field: str, value: object, kind: str
) -> None:
    typed(tmp_path / FIELDS, {"name": "5 - Low Tide (2006)", "sub": "album", field: value})
    with pytest.raises(DataMissing, match=rf"line 1 .*: {field} is .*; it is {kind}"):
        read_rows(tmp_path)


def test_cases_with_a_field_of_another_kind_are_named_with_their_line(tmp_path: Path) -> None:
    rows = [{**ALBUM, "artist": ["Paper Lighthouse", None]}, {**ALBUM, "artist": 5}]
    with pytest.raises(BadCases, match=r":2: .*artist is 5; it is a text or null"):
        list(fields.read(typed(tmp_path / "cases.jsonl", *rows)))
