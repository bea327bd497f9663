"""A year that training knew little of does not make a title a game. The names are invented."""

import pytest

from models.classify.cascade import Classifier
from models.content.subject import NamedSubject
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
