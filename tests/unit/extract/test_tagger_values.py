"""The tagger's places as values: whole words, whole persons, titles that end at the year."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.rules.years import year
from models.extract.tagger.decode import Tagged
from models.extract.tagger.values import tag_claims
from models.extract.tagger.whole_words import whole_person, whole_words


def placed(name: str, text: str) -> tuple[int, int]:
    start = name.index(text)
    return start, start + len(text)


def claimed(name: str, **texts: str) -> dict[str, object]:
    tags = {role: Tagged(*placed(name, text), 0.9) for role, text in texts.items()}
    return {role: claim.value for role, claim in tag_claims(name, tags, year(name)).items()}


@pytest.mark.parametrize(
    ("name", "seen", "whole"),
    [
        ("Jean-Luc Vale - Lanterns", "Luc Vale", "Jean-Luc Vale"),
        ("Aurora Vale - Semi-Detached - 2011", "Semi", "Semi-Detached"),
        (
            "Aurora Vale-Paper Lanterns",
            "Paper Lanterns",
            "Paper Lanterns",
        ),  # no spaced dash: a hyphen may part fields
        ("港のサウンドトラック 2011", "サウンド", "サウンドトラック"),
    ],
)
def test_a_place_is_widened_to_whole_words(name: str, seen: str, whole: str) -> None:
    start, end = whole_words(name, *placed(name, seen))
    assert name[start:end] == whole


@pytest.mark.parametrize(
    ("name", "seen", "whole"),
    [
        ("A. M. Vale - Lanterns", "Vale", "A. M. Vale"),
        ("Соколов Б.В. - Тихая гавань", "Соколов Б", "Соколов Б.В."),
        ("Vale - Lanterns", "Vale", "Vale"),
    ],
)
def test_a_person_has_all_initials(name: str, seen: str, whole: str) -> None:
    start, end = whole_person(name, *placed(name, seen))
    assert name[start:end] == whole


@given(st.text(alphabet="aB-. 'ーカ–é", max_size=30), st.data())
def test_widening_never_leaves_the_name_and_never_narrows(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name)))
    end = data.draw(st.integers(start, len(name)))
    for widen in (whole_words, whole_person):
        first, last = widen(name, start, end)
        assert 0 <= first <= start <= end <= last <= len(name)
        assert widen(name, first, last) == widen(name, *widen(name, first, last))


@pytest.mark.parametrize(
    ("name", "texts", "values"),
    [
        ("Aurora Vale - Lanterns 1990", {"title": "Lanterns 1990"}, {"title": "Lanterns 1990"}),
        ("Aurora Vale - Best Of 2020 (2020) FLAC", {"title": "Best Of"}, {"title": "Best Of 2020"}),
        ("Aurora Vale. Lanterns. 1990", {"title": "Lanterns. 1990"}, {"title": "Lanterns"}),
        ("Aurora Vale - OST", {"creator": "OST"}, {}),
        (
            "Aurora Vale - Discography",
            {"title": "Discography", "creator": "Aurora Vale"},
            {"creator": "Aurora Vale"},
        ),
        (
            "Lanterns by A. Vale",
            {"title": "Lanterns by A", "creator": "Vale"},
            {"title": "Lanterns by", "creator": "A. Vale"},
        ),
        ("Aurora Vale 2099", {"year": "2099"}, {}),
        (
            "Aurora.Vale.FLAC.collection.by.Joe.standards.Aurora.Vale-Lanterns.1990.FLAC",
            {"title": "standards.Aurora.Vale-Lanterns", "creator": "Aurora.Vale"},
            {"title": "Lanterns", "creator": "Aurora Vale"},
        ),
        (
            "Vale.FLAC.collection.by.Joe.standards.Vale-Lanterns.1990.FLAC",
            {"title": "Lanterns", "creator": "Joe.standards.Vale"},
            {"title": "Lanterns", "creator": "Vale"},
        ),
        (
            "Aurora Vale - The Vale Lanterns 1990",
            {"title": "The Vale Lanterns", "creator": "Aurora Vale"},
            {"title": "The Vale Lanterns", "creator": "Aurora Vale"},
        ),
    ],
)
def test_places_become_values(name: str, texts: dict[str, str], values: dict[str, object]) -> None:
    assert claimed(name, **texts) == values


def test_a_title_that_ends_for_the_tagger_in_mid_word_goes_on_to_the_next_part() -> None:
    name = "Vale - A Long History of the Harbour Lanterns and their Keepers (2011)"
    assert (
        claimed(name, title="A Long History of the Harb")["title"]
        == "A Long History of the Harbour Lanterns and their Keepers"
    )
