"""The parts of the shapes, and of the safe text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.content.content import from_text
from models.content.subject import NamedSubject
from models.oneshot import library_names, safe, shapes, subcategory
from schemas import Medium, TorrentFile

SEASONS = [TorrentFile(path=f"S0{season}/e.S0{season}E01.mkv", size=9) for season in (1, 2)]
SHAPE = {"a": 1, "b": {"c": [{"d": 1, "e": 2}, {"e": 3}], "f": None}, "g": []}


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        (["a"], {"a": 1}),
        (["b.f"], {"b": {"f": None}}),
        (["b.c.d"], {"b": {"c": [{"d": 1}, {}]}}),
        (["b.c.d", "b.f", "a"], {"b": {"c": [{"d": 1}, {}], "f": None}, "a": 1}),
        (["b.x", "y"], {"b": {}}),
        (["a.deeper"], {"a": 1}),
        (["g.h"], {"g": []}),
    ],
)
def test_fields_are_picked(fields: list[str], wanted: dict[str, object]) -> None:
    assert shapes.picked(SHAPE, fields) == wanted


def test_a_field_that_no_answer_has_is_refused() -> None:
    assert shapes.checked_fields("a, b.c ,", ("a", "b")) == ["a", "b.c"]
    for text in ("z", "a,z.b", "", " , "):
        with pytest.raises(shapes.UnknownField, match="there are: a, b"):
            shapes.checked_fields(text, ("a", "b"))


@given(st.text())
def test_safe_text_is_one_line_that_no_terminal_obeys(text: str) -> None:
    shown = safe.safe(text)
    shown.encode()
    assert len(shown.splitlines()) <= 1
    assert not any(ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 for letter in shown)


@pytest.mark.parametrize(
    ("medium", "subject", "wanted"),
    [
        ("audio", NamedSubject("x", None, [TorrentFile(path="a.mp3", size=9)]), "track"),
        ("audio", from_text("Paper Lighthouse - Low Tide (2006) [FLAC]"), "album"),
        ("audio", from_text("Paper Lighthouse - Low Tide.mp3"), "track"),
        ("video", from_text("Lantern.Street.S02E05.1080p.WEB-DL"), "episode"),
        ("video", from_text("Harbour Kitchen Season 2 ep13 1080p"), "episode"),
        ("video", from_text("The.Quiet.Harbour.1999.1080p.BluRay.x264"), "movie"),
        (
            Medium.VIDEO,
            NamedSubject(
                "x", None, [TorrentFile(path=f"S0{n}/e.S0{n}E01.mkv", size=9) for n in (1, 2)]
            ),
            "series",
        ),
        ("book", from_text("nothing known"), "book_other"),
        ("other", from_text("nothing known"), "other"),
    ],
)
def test_the_subcategory_of_a_known_medium(medium: str, subject: NamedSubject, wanted: str) -> None:
    assert subcategory.detect_subcategory(medium, subject) == wanted


def test_a_medium_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        subcategory.detect_subcategory("colour", from_text("x"))


def test_reserved_names_are_never_given() -> None:
    assert library_names.library_name("con") == "con_"
    assert library_names.library_name("NUL.txt") == "NUL.txt_"
