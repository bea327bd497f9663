"""A year that training knew little of does not make a title a game. The names are invented."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.classify.cascade import Classifier
from models.content.subject import NamedSubject
from models.text.years import with_moved_year
from schemas import Medium, Subcategory

FILMS = [
    "The Paper Harbour",
    "Lantern Street",
    "The Last Lighthouse Keeper",
    "Glass Rivers",
    "Cold Orchard",
    "A Winter of Paper",
    "The Clockmaker's Daughter",
    "Salt and Iron",
]


@pytest.mark.parametrize("year", [2019, 2020, 2022, 2024, 2026, 2028])
@pytest.mark.parametrize("title", FILMS)
def test_a_bare_title_with_a_year_is_a_film_in_any_year(
    classifier: Classifier, title: str, year: int
) -> None:
    verdict = classifier.classify([NamedSubject(f"{title} ({year})")])[0]
    assert (verdict.medium, verdict.subcategory) == (Medium.VIDEO, Subcategory.MOVIE)


@pytest.mark.parametrize(
    ("name", "medium"),
    [
        ("Paper Lighthouse - Low Tide (2024)", Medium.AUDIO),
        ("The Tin Lanterns - Seven Rivers (2025)", Medium.AUDIO),
        ("Mill Pond Trio - Evening Songs (2026)", Medium.AUDIO),
        ("Harbour Tycoon v1.2.3 (2024)", Medium.SOFTWARE),
        ("Harbour Tycoon (2025) PC", Medium.SOFTWARE),
        ("Harbour Tycoon (2024) [FitGirl Repack]", Medium.SOFTWARE),
        ("Jane Author - The Paper Harbour (2024) epub", Medium.BOOK),
    ],
)
def test_what_else_a_name_says_is_heard_in_any_year(
    classifier: Classifier, name: str, medium: Medium
) -> None:
    assert classifier.classify([NamedSubject(name)])[0].medium is medium


NAMES = [
    "{title} ({year})",
    "{title} {year} 1080p BluRay x264",
    "Tin Lanterns - {title} ({year}) [FLAC]",
    "Jane Author - {title} ({year}) epub",
    "{title} v1.2.3 ({year}) [FitGirl Repack]",
    "{title}.S02E05.{year}.720p.HDTV",
]


@given(
    title=st.sampled_from(FILMS),
    form=st.sampled_from(NAMES),
    year=st.integers(1950, 2025),
    moved=st.sampled_from((-10, 10)),
)
@settings(deadline=None)
def test_a_year_moved_by_ten_keeps_the_medium(
    classifier: Classifier, title: str, form: str, year: int, moved: int
) -> None:
    name = form.format(title=title, year=year)
    subjects = [NamedSubject(name), NamedSubject(with_moved_year(name, moved))]
    first, second = classifier.classify(subjects)
    assert first.medium is second.medium
