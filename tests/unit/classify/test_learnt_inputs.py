"""What the learnt stage reads: n-grams of characters, and what the catalogue knows."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.classify import ngrams
from models.text import catalogue
from models.text.catalogue import FLAGS, KINDS, Catalogue


@pytest.fixture
def works() -> Catalogue:
    film, band = catalogue.key(["paper", "harbour"]), catalogue.key(["low", "tide", "band"])
    return Catalogue.of(
        {
            film: 1 << KINDS.index("movie") | 1 << KINDS.index("book"),
            catalogue.year_key(film, 1998): 1 << KINDS.index("movie"),
            band: 1 << KINDS.index("artist"),
            catalogue.album_key(band, ["slow", "rivers"]): 1 << len(KINDS),
        }
    )


def flags(works: Catalogue, name: str) -> set[str]:
    return {FLAGS[i] for i in np.flatnonzero(works.flags([name])[0])}


@pytest.mark.parametrize(
    "name",
    [
        "Paper Harbour (1998)",
        "paper.harbour.1998.1080p.BluRay",
        "[group] Paper_Harbour_1998",
        "Pàper Harbour [1998]",
    ],
)
def test_a_title_with_its_year_is_known_in_any_dress(works: Catalogue, name: str) -> None:
    assert flags(works, name) == {
        "movie.whole",
        "movie.start",
        "movie.year",
        "book.whole",
        "book.start",
    }


def test_another_year_is_not_its_year(works: Catalogue) -> None:
    assert "movie.year" not in flags(works, "Paper Harbour 2003")


def test_a_longer_title_only_starts_with_it(works: Catalogue) -> None:
    assert flags(works, "Paper Harbour Nights") == {"movie.start", "book.start"}


@pytest.mark.parametrize(
    "name", ["Low Tide Band - Slow Rivers (2001) [FLAC]", "Low_Tide_Band-Slow_Rivers-2001-GRP"]
)
def test_artist_and_album_are_known_together(works: Catalogue, name: str) -> None:
    assert {"artist.whole", "album"} <= flags(works, name)


def test_an_empty_catalogue_knows_nothing() -> None:
    assert not Catalogue.of({}).flags(["Paper Harbour", ""]).any()


def test_a_catalogue_survives_its_file(works: Catalogue, tmp_path: Path) -> None:
    works.save(tmp_path / "works.bin")
    assert len(Catalogue.load(tmp_path / "works.bin")) == len(works)
    assert flags(Catalogue.load(tmp_path / "works.bin"), "Paper Harbour (1998)") == flags(
        works, "Paper Harbour (1998)"
    )


anything = st.text(st.characters(codec=None), max_size=120)


@given(st.lists(anything, max_size=6))
def test_flags_of_any_names_do_not_depend_on_their_company(names: list[str]) -> None:
    works = Catalogue.of({catalogue.key(["a"]): 1, catalogue.key(["paper", "harbour"]): 3})
    together = works.flags(names)
    assert together.shape == (len(names), len(FLAGS))
    for name, row in zip(names, together, strict=True):
        assert (works.flags([name])[0] == row).all()


@given(st.lists(anything, min_size=1, max_size=6))
def test_ngrams_of_any_names_do_not_depend_on_their_company(names: list[str]) -> None:
    texts = [ngrams.text_of(name) for name in names]
    flat, starts = ngrams.hashed(texts)
    for index, text in enumerate(texts):
        alone, _ = ngrams.hashed([text])
        assert (flat[starts[index] : starts[index + 1]] == alone).all()


def test_ngrams_stay_inside_words() -> None:
    apart, _ = ngrams.hashed([ngrams.text_of("paper harbour")])
    swapped, _ = ngrams.hashed([ngrams.text_of("harbour paper")])
    assert sorted(apart) == sorted(swapped)
