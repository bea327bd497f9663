"""Lines of names and objects, as extraction reads them."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from models.content.subject import Subject
from models.extract.cli import run
from models.extract.extractor import Extractor
from schemas import MAX_NAME, Verdict

RULES = Extractor.load(tagger=False)


class Unasked:
    """A classifier of lines that all say their class."""

    def classify(self, subjects: Sequence[Subject]) -> list[Verdict]:
        """Nothing, as nothing is asked."""
        assert not subjects
        return []


def answer(given: Any) -> dict[str, Any]:
    line = given if isinstance(given, str) else json.dumps(given)
    (only,) = run([line], Unasked(), RULES)
    return only


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"name": None, "subcategory": "movie"}, "name"),
        ({"name": ["Low Tide"], "subcategory": "movie"}, "name"),
        ({"name": 7, "subcategory": "movie"}, "name"),
        ({"name": " ", "subcategory": "movie"}, "name"),
        ({"name": "Low Tide", "subcategory": "movie", "size": "big"}, "size"),
        ({"name": "Low Tide", "subcategory": "movie", "files": "a.mkv"}, "files"),
        ({"name": "Low Tide", "subcategory": "film"}, "subcategory"),
        ({"name": "Low Tide", "medium": ["video"]}, "medium"),
        ('{"name": ', "JSON"),
        ("", "name"),
    ],
)
def test_line_without_a_subject_says_what_is_wrong(given: Any, word: str) -> None:
    told = answer(given)
    assert list(told) == ["error"]
    assert word in told["error"]


def test_name_is_cut_where_all_names_are() -> None:
    told = answer({"name": "Low Tide " * 1_000, "subcategory": "movie"})
    assert len(told["name"]) <= MAX_NAME


def test_files_without_clean_paths_are_read() -> None:
    files = [{"path": "\u0000"}, {"path": "01 - Low Tide.mp3", "size": 5}]
    told = answer({"name": "Ann Reed - Lanterns", "subcategory": "album", "files": files})
    assert told["metadata"]["tracks"] == [{"num": 1, "name": "Low Tide"}]
