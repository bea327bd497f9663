"""The pieces of the pages that need no database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from infra.postgres.search import File, StageResult
from streams.web import past, sessions
from streams.web.asked import Asked
from streams.web.choices import changes, removals
from streams.web.feed import xml_text
from streams.web.filters import age, percent, size
from streams.web.keys import Keys, Scope, add, revoke
from streams.web.marks import Span, found_in, marked, spans
from streams.web.trees import tree


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=6),
)
def test_marks_lose_no_character_and_make_none(text: str, places: list[tuple[int, int]]) -> None:
    evidence = {f"field{n}": {"span": list(place)} for n, place in enumerate(places)}
    parts = marked(text, spans(evidence, len(text)), {})
    shown = "".join(chr(int(f"0x{p.control[2:]}", 0)) if p.control else p.text for p in parts)
    assert shown == text


def test_marks_count_characters_not_bytes_or_units() -> None:
    parts = marked("𝄞𝄞 Tide 2011", [Span("title", 3, 7), Span("year", 8, 12)], {"title": 0})
    assert [(p.text, p.fields) for p in parts if p.fields] == [
        ("Tide", ("title",)),
        ("2011", ("year",)),
    ]


def test_characters_that_turn_a_line_are_named() -> None:
    assert [p.control for p in marked("a\u202eb", (), {})] == [None, "U+202E", None]


def test_a_value_is_found_in_its_path_and_else_the_path_is_marked() -> None:
    assert found_in("CD1/Low Tide/01.flac", "low tide", "album") == [Span("album", 4, 12)]
    assert found_in("a/b", "zzz", "album") == [Span("album", 0, 3)]


def test_a_tree_joins_folders_that_hold_one_folder_and_counts() -> None:
    root = tree([File("a/b/one.flac", 3), File("a/b/two.flac", None), File("top.txt", 4)])
    assert root.count == 3
    assert root.size == 7
    (folder,) = root.folders.values()
    assert folder.name == "a/b"
    assert [name for name, _ in folder.files] == ["one.flac", "two.flac"]
    assert tree([File("/".join("x" * 400), 1)]).count == 1


def _result(revision: int, recorded: datetime, **result: object) -> StageResult:
    return StageResult(
        stage="classify",
        method="rules",
        model="classify@1",
        revision=revision,
        result_id=f"{revision:032x}",
        input_hash="00",
        observed_at=datetime(2026, 1, 1, tzinfo=UTC),
        recorded_at=recorded,
        reference_date=None,
        is_current=False,
        result=result,
    )


def test_as_of_a_day_knows_nothing_that_came_later() -> None:
    first = datetime(2026, 2, 1, tzinfo=UTC)
    history = [_result(2, first + timedelta(days=9)), _result(1, first)]
    assert past.as_of(history, first - timedelta(days=1)) == []
    assert [r.revision for r in past.as_of(history, first)] == [1]
    assert [r.revision for r in past.as_of(history, first + timedelta(days=10))] == [2]


def test_differences_name_what_changed() -> None:
    now = datetime(2026, 2, 1, tzinfo=UTC)
    before = _result(1, now, medium="audio", why=["a"], inner={"x": 1})
    after = _result(2, now, medium="video", inner={"x": 1})
    changed = {d.name: (d.before, d.after) for d in past.differences(before, after) if d.is_change}
    assert changed == {"medium": ("audio", "video"), "why": ('["a"]', None)}


def test_an_address_says_what_was_asked_and_can_be_asked_again() -> None:
    asked = Asked.model_validate({"q": "a & b", "medium": "audio", "adult": "on", "year_from": ""})
    assert asked.address() == "/?q=a+%26+b&medium=audio&adult=yes"
    assert asked.address(medium=None, subcategory=("album",)) == (
        "/?q=a+%26+b&adult=yes&subcategory=album"
    )
    assert [choice.label for choice in removals(asked)] == ["audio"]
    assert changes("confidence", "0.9") == {"confidence_from": 0.9, "confidence_to": 1.0}


@pytest.mark.parametrize(
    ("natural", "plain"),
    [
        ({"year": "1999"}, {"year_from": 1999, "year_to": 1999}),
        ({"year": "1990-1999"}, {"year_from": 1990, "year_to": 1999}),
        ({"year": "1990-"}, {"year_from": 1990}),
        ({"min_size": "1G", "max_size": "1.5 GiB"}, {"size_from": 2**30, "size_to": 3 * 2**29}),
    ],
)
def test_natural_names_are_those_of_an_address(
    natural: dict[str, str], plain: dict[str, int]
) -> None:
    assert Asked.model_validate(natural) == Asked.model_validate(plain)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"year": "abc"}, "no year"),
        ({"year": "1990-1980"}, "ends before it begins"),
        ({"year_from": "1990", "year_to": "1980"}, "year_from: 1990 is more than year_to, 1980"),
        ({"year": "1999", "year_to": "2000"}, "leave out year_to"),
        ({"min_size": "zz"}, "no size"),
        ({"nosuch": "1"}, "nosuch"),
        ({"page": "99999"}, "page"),
        ({"q": "\x00"}, "control characters"),
        ({"resolution": "\x00"}, "control characters"),
    ],
)
def test_what_is_not_understood_is_refused(asked: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Asked.model_validate(asked)


def test_values_for_people() -> None:
    assert [size(n) for n in (None, 0, 1023, 1024, 1536, 5 * 2**40)] == [
        "",
        "0 B",
        "1,023 B",
        "1.0 KiB",
        "1.5 KiB",
        "5.0 TiB",
    ]
    assert percent(0.99999) == "99.9 %"
    assert age(None) == ""
    assert xml_text("a\x00\ud800b") == "a\ufffd\ufffdb"


def test_a_session_ends_with_its_key_and_its_day(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    keys = Keys(path)
    key = keys.find(add(path, "phone", frozenset({Scope.READ, Scope.WRITE})))
    reading = keys.find(add(path, "sonarr", frozenset({Scope.READ})))
    assert key is not None
    assert reading is not None
    cookie = sessions.opened(key)
    assert sessions.name(keys, cookie) == "phone"
    assert sessions.name(keys, sessions.opened(reading)) is None
    assert sessions.name(keys, sessions.opened(key, now=0)) is None
    assert sessions.name(keys, cookie[:-1] + ("0" if cookie[-1] != "0" else "1")) is None
    assert sessions.name(keys, cookie, Scope.MODELS) is None
    for forged in ("", "a.b.c", "phone.999999999999.é", "phone..", "." * 9):
        assert sessions.name(keys, forged) is None
    revoke(path, "phone")
    assert sessions.name(keys, cookie) is None
