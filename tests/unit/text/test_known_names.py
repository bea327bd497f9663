"""What is known of a name: the flags that the encoders get beside the words."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text.known_names import FLAGS, KINDS, Known, KnownNames, album_key, key, year_key


@pytest.fixture
def known() -> KnownNames:
    film = key(["paper", "harbour"])
    band = key(["low", "tide", "band"])
    return KnownNames.of(
        {
            film: Known.MOVIE | Known.BOOK,
            year_key(film, 1998): Known.MOVIE,
            band: Known.ARTIST,
            album_key(band, ["slow", "rivers"]): Known.ALBUM,
        }
    )


def flags(known: KnownNames, name: str) -> set[str]:
    return {FLAGS[i] for i in np.flatnonzero(known.flags([name])[0])}


@pytest.mark.parametrize(
    "name",
    [
        "Paper Harbour (1998)",
        "paper.harbour.1998.1080p.BluRay",
        "[group] Paper_Harbour_1998",
        "Pàper Harbour [1998]",
    ],
)
def test_a_title_with_its_year_is_known_in_any_dress(known: KnownNames, name: str) -> None:
    assert flags(known, name) == {
        "movie.whole",
        "movie.start",
        "movie.year",
        "book.whole",
        "book.start",
    }


def test_another_year_is_not_its_year(known: KnownNames) -> None:
    assert "movie.year" not in flags(known, "Paper Harbour 2003")


def test_a_longer_title_only_starts_with_it(known: KnownNames) -> None:
    assert flags(known, "Paper Harbour Nights") == {"movie.start", "book.start"}


@pytest.mark.parametrize(
    "name", ["Low Tide Band - Slow Rivers (2001) [FLAC]", "Low_Tide_Band-Slow_Rivers-2001-GRP"]
)
def test_artist_and_album_are_known_together(known: KnownNames, name: str) -> None:
    assert {"artist.whole", "album"} <= flags(known, name)


def test_no_names_are_known_where_there_are_none() -> None:
    assert not KnownNames.of({}).flags(["Paper Harbour", ""]).any()


def test_known_names_survive_their_file(known: KnownNames, tmp_path: Path) -> None:
    known.save(tmp_path / "known.bin")
    assert len(KnownNames.load(tmp_path / "known.bin")) == len(known)
    again = KnownNames.load(tmp_path / "known.bin")
    assert flags(again, "Paper Harbour (1998)") == flags(known, "Paper Harbour (1998)")


anything = st.text(st.characters(codec=None), max_size=120)


@given(st.lists(anything, max_size=6))
def test_flags_of_any_names_do_not_depend_on_their_company(names: list[str]) -> None:
    known = KnownNames.of(
        {key(["a"]): Known.MOVIE, key(["paper", "harbour"]): Known.MOVIE | Known.TV}
    )
    together = known.flags(names)
    assert together.shape == (len(names), len(FLAGS))
    for name, row in zip(names, together, strict=True):
        assert (known.flags([name])[0] == row).all()


def test_the_bits_of_the_file_are_those_of_the_shipped_one() -> None:
    assert {kind.name: kind.value for kind in Known} == {
        "MOVIE": 1,
        "TV": 2,
        "ANIME": 4,
        "GAME": 8,
        "BOOK": 16,
        "SOFTWARE": 32,
        "ARTIST": 64,
        "ALBUM": 128,
    }
    assert KINDS == ("movie", "tv", "anime", "game", "book", "software", "artist")


def test_keys_that_are_known_are_found_in_their_places(known: KnownNames) -> None:
    film = key(["paper", "harbour"])
    assert known.found([1, film, 2, film]) == [
        (1, Known.MOVIE | Known.BOOK),
        (3, Known.MOVIE | Known.BOOK),
    ]
