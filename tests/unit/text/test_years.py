"""The year of a name, moved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text.years import FIRST_YEAR, LAST_YEAR, with_moved_year


@pytest.mark.parametrize(
    ("name", "moved"),
    [
        ("Lantern Street (1999) 1080p", "Lantern Street (2009) 1080p"),
        ("Lantern.Street.2010.BluRay", "Lantern.Street.2020.BluRay"),
        ("1942 - Low Tide (1999)", "1942 - Low Tide (2009)"),
        ("Low Tide 2031", f"Low Tide {LAST_YEAR}"),
    ],
)
def test_the_last_year_is_moved(name: str, moved: str) -> None:
    assert with_moved_year(name, 10) == moved


@pytest.mark.parametrize(
    "name",
    [
        "Lantern Street",
        "1942",
        "Lantern Show 2024-03-15",
        "Lantern Show 15.03.2024",
        "Low Tide 2000p",
        "Low Tide 19991",
        "",
    ],
)
def test_what_is_no_year_stays(name: str) -> None:
    assert with_moved_year(name, 10) == name


@given(st.text(max_size=60), st.integers(-100, 100))
def test_nothing_but_a_year_changes(name: str, years: int) -> None:
    moved = with_moved_year(name, years)
    assert len(moved) == len(name)
    assert with_moved_year(f"Low Tide {FIRST_YEAR}", -abs(years)).endswith(str(FIRST_YEAR))
