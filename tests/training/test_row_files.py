"""Files of rows are whole or not there, and the same rows are the same bytes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.extract.tagger.decode import Tagged
from models.training.row_files import opened, write_rows, write_text
from models.training.tagger import answers
from models.training.tagger.answers import Answer

ROWS = [{"name": "Ночной маяк"}, {"name": "Low Tide", "year": 2006}]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz"])
def test_rows_are_read_as_they_were_written_and_are_the_same_bytes(
    tmp_path: Path, name: str
) -> None:
    first, second = tmp_path / "new" / name, tmp_path / name
    assert write_rows(first, ROWS) == write_rows(second, iter(ROWS)) == 2
    assert first.read_bytes() == second.read_bytes()
    with opened(first) as lines:
        assert [json.loads(line) for line in lines] == ROWS


def test_a_row_that_cannot_be_made_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    write_rows(path, ROWS)
    before = path.read_bytes()

    def broken() -> Iterator[dict[str, str]]:
        yield {"name": "Quiet Harbour"}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_rows(path, broken())
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["rows.jsonl"]


def test_a_name_with_half_a_letter_is_written_all_the_same(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [{"name": "Tide \ud800"}])
    write_text(tmp_path / "card.md", "Tide \ud800")
    assert json.loads((tmp_path / "rows.jsonl").read_text()) == {"name": "Tide ?"}
    assert (tmp_path / "card.md").read_text() == "Tide \\ud800"


def test_a_fold_that_was_killed_is_not_taken_for_answered(tmp_path: Path) -> None:
    def killed() -> Iterator[Answer]:
        yield Answer("Low Tide", 0, {"title": Tagged(0, 8, 0.5)})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answers.write(tmp_path / "fold-0.jsonl", killed())
    assert not (tmp_path / "fold-0.jsonl").exists()
