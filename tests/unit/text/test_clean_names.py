"""What pages and sites leave in names is taken out, and every place is known again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text.clean_names import clean_name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Harbour&#39;s Lamp (1995)", "Harbour's Lamp (1995)"),
        ("Quiet Harbour *2015* [1080p]", "Quiet Harbour (2015) [1080p]"),
        ("Quiet Harbour **2015** [1080p]", "Quiet Harbour  (2015)  [1080p]"),
        ("Quiet Harbour *PROPER* 2015", "Quiet Harbour (PROPER) 2015"),
        ("*Quiet Harbour* 2015", " Quiet Harbour  2015"),
        ("Don_t Wake the Lamp (1995)", "Don't Wake the Lamp (1995)"),
        ("We_ll Harbour_s 1995", "We'll Harbour's 1995"),
    ],
)
def test_a_name_is_cleaned(name: str, text: str) -> None:
    assert clean_name(name).text == text


@pytest.mark.parametrize(
    "name",
    [
        "L*A*M*P S01E02",
        "Sh*p of Lamps 2015",
        "*Lamp 2015",
        "Quiet_Harbour_s_Lamp",
        "Lamp_S01E02 720p",
        "Lamp 2 * 3 2015",
        "Lamp & Tide",
    ],
)
def test_a_clean_name_stays(name: str) -> None:
    assert clean_name(name) == (name, None)


@given(
    st.lists(st.sampled_from(["&#39;", "&amp;", "*", "2015", " ", "_s "]) | st.text(), max_size=9)
)
def test_whatever_the_name_a_place_of_the_clean_one_is_one_of_the_name(parts: list[str]) -> None:
    name = "".join(parts)
    clean = clean_name(name)
    places = [clean.span(place, place)[0] for place in range(len(clean.text) + 1)]
    assert places == sorted(places)
    assert places[0] >= 0
    assert places[-1] == len(name)
