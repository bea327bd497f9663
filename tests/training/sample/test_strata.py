"""In which stratum a torrent is."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import TorrentFile
from streams.training.sample.strata import (
    FILES,
    GUESSES,
    SCRIPTS,
    Weights,
    script_of,
    stratum_of,
)


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("Paper Lighthouse - Low Tide (2006) [FLAC]", "latin"),
        ("Élise Où - Été", "latin"),
        ("Лев Озеров - Тихая вода (1996) [FLAC]", "cyrillic"),
        ("Нет", "cyrillic"),
        ("Ελένη - Φως", "greek"),
        ("אור קטן", "hebrew"),
        ("نور صغير", "arabic"),
        ("छोटी रोशनी", "indic"),
        ("แสงน้อย", "thai"),
        ("小さな灯台", "japanese"),
        ("小灯塔", "chinese"),
        ("작은 등대", "korean"),
        ("פֿ", "hebrew"),
        ("2006 - 01", "letterless"),
        ("★ 12", "letterless"),
        ("", "letterless"),
        ("\ud800", "letterless"),
    ],
)
def test_the_script_is_that_of_most_letters(name: str, script: str) -> None:
    assert script_of(name) == script


def test_foreign_letters_count_double() -> None:
    assert script_of("Озеров [WEB-DL][MP3]") == "cyrillic"
    assert script_of("A Long Latin Title (Вода)") == "latin"


def files(*listed: tuple[str, int | None]) -> list[TorrentFile]:
    return [TorrentFile(path=path, size=size) for path, size in listed]


@pytest.mark.parametrize(
    ("name", "listed", "stratum"),
    [
        ("Low Tide", [], "latin/bare/unknown"),
        ("Low Tide.mkv", [], "latin/bare/video"),
        ("Low Tide.AAC", [], "latin/bare/unknown"),
        ("Low Tide", [("01.flac", 9), ("cover.jpg", 5)], "latin/files/audio"),
        ("Low Tide", [("01.flac", None), ("b.pdf", None)], "latin/files/mixed"),
        ("Low Tide", [("disc.iso", 9)], "latin/files/unknown"),
        ("Low Tide", [("a.mkv", 0), ("b.exe", 0)], "latin/files/mixed"),
    ],
)
def test_what_the_files_are_is_told_by_most_bytes(
    name: str, listed: list[tuple[str, int | None]], stratum: str
) -> None:
    assert stratum_of(name, files(*listed)) == stratum


@given(st.text(max_size=80))
def test_every_name_is_in_a_stratum_that_is_known(name: str) -> None:
    script, known, guess = stratum_of(name, ()).split("/")
    assert script in SCRIPTS
    assert known in FILES
    assert guess in GUESSES


def test_a_weight_is_of_a_part_or_of_a_stratum() -> None:
    own = {"bare": Fraction(1, 2), "thai/bare/video": Fraction(7)}
    weights = Weights({"thai": Fraction(3)}).with_own(own)
    assert weights("thai/files/video") == 3
    assert weights("thai/bare/audio") == Fraction(3, 2)
    assert weights("thai/bare/video") == 7


@pytest.mark.parametrize("name", ["klingon", "latin/bare", "latin/bare/soup", ""])
def test_a_weight_of_no_part_is_refused_and_the_parts_are_named(name: str) -> None:
    with pytest.raises(ValueError, match="there are latin, cyrillic"):
        Weights().with_own({name: Fraction(1)})
