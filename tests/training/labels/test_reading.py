"""What an answer says, whoever wrote it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.evidence.guard import find
from streams.training.labels.reading import Class, Fields, read
from streams.training.labels.tasks import CLASSES, CONTENT, MUSIC, VIDEO

NAME = "Aurora Vale - Low Tide (2011) [FLAC]"


@pytest.mark.parametrize("label", CLASSES)
def test_a_class_is_read_as_word_and_as_json(label: str) -> None:
    assert read(CONTENT, label, NAME) == Class(label, adult=False)
    assert read(CONTENT, f" {label.upper()}.\n", NAME) == Class(label, adult=False)
    told = json.dumps({"class": label, "adult": True})
    assert read(CONTENT, told, NAME) == Class(label, adult=True)
    assert read(CONTENT, f"```json\n{told}\n```", NAME) == Class(label, adult=True)


def test_adult_is_a_flag_beside_the_class() -> None:
    assert read(CONTENT, "movie adult", NAME) == Class("movie", adult=True)
    assert read(CONTENT, "Adult movie", NAME) == Class("movie", adult=True)
    assert read(CONTENT, "adult", NAME) is None
    assert read(CONTENT, "adult adult movie", NAME) is None


def test_a_medium_alone_is_a_vote_without_a_subcategory() -> None:
    said = read(CONTENT, "audio", NAME)
    assert said == Class("audio", adult=False)
    assert isinstance(said, Class)
    assert said.medium == "audio"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "This is an album.",
        "not an album",
        "album or track",
        "album, movie",
        "albums",
        'The class is {"class": "album", "adult": false}',
        '{"class": "album", "adult": false} and more',
        '{"class": "porn", "adult": false}',
        '{"class": "album", "adult": "no"}',
        '{"class": "album", "adult": false, "note": "x"}',
        '{"class": ["album"], "adult": false}',
        '["album"]',
        "null",
        '{"class": ' * 3000,
        "9" * 5000,
    ],
)
def test_what_is_no_exact_answer_is_unparsed(answer: str) -> None:
    assert read(CONTENT, answer, NAME) is None


@given(st.text())
def test_any_text_is_a_class_or_unparsed(answer: str) -> None:
    said = read(CONTENT, answer, NAME)
    assert said is None or (isinstance(said, Class) and said.label in {*CLASSES, said.medium})


@given(
    st.text(),
    st.dictionaries(
        st.sampled_from(["artist", "album", "track", "year"]),
        st.none() | st.text() | st.integers() | st.booleans() | st.floats(),
    ),
)
def test_no_field_is_taken_that_is_not_in_the_name(name: str, told: dict[str, object]) -> None:
    said = read(MUSIC, json.dumps(told), name)
    if said is None:
        return
    assert isinstance(said, Fields)
    for value in said.values.values():
        assert find(str(value), name) is not None or str(value) in name


def test_fields_of_music_are_read() -> None:
    answer = '{"artist": "Aurora Vale", "album": "Low Tide", "track": null, "year": 2011}'
    said = read(MUSIC, answer, "Aurora.Vale_Low.Tide-2011")
    assert said == Fields({"artist": "Aurora Vale", "album": "Low Tide", "year": 2011})


def test_numbers_of_a_series_are_read_in_the_name() -> None:
    answer = '{"title": "Lantern Street", "year": null, "season": "01", "episode": 5}'
    said = read(VIDEO, answer, "Lantern.Street.S01E05.720p")
    assert said == Fields({"title": "Lantern Street", "season": 1, "episode": 5})


def test_what_is_not_in_the_name_is_untrue_and_neither_taken_nor_absent() -> None:
    answer = '{"title": "Another", "year": 1999, "season": 7, "episode": 5}'
    said = read(VIDEO, answer, "Lantern.Street.S01E05.720p")
    assert said == Fields({"episode": 5}, frozenset({"title", "year", "season"}))


@pytest.mark.parametrize(
    "answer",
    ['{"title": 5}', '{"season": "one"}', '{"season": true}', '{"other": 1}', "Lantern Street"],
)
def test_fields_of_another_shape_are_unparsed(answer: str) -> None:
    assert read(VIDEO, answer, "Lantern.Street.S01E05.720p") is None
