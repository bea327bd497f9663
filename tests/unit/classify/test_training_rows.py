"""The rows that the classifier is trained on.

Held out stays held out, and no invented name is broken.
"""

import gzip
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text.known_names import FLAGS
from models.training.classifier import augment, bare, data, invented, known, weak
from models.training.classifier.data import Row
from models.training.experiment.errors import DataMissing
from models.training.row_files import NAMES
from schemas.media import MEDIUM_OF, Medium, Subcategory


def written(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    names = [f"Paper Harbour {i} S0{i % 9 + 1}E01" for i in range(400)]
    written(
        tmp_path,
        NAMES,
        [{"name": n, "medium": "video", "sub": "episode", "nsfw": 0} for n in names],
    )
    written(
        tmp_path,
        weak.SCENE,
        [{"name": f"Low.Tide.{i}-GRP", "category": "MP3", "medium": "audio"} for i in range(30)],
    )
    written(
        tmp_path,
        weak.TRACKERS,
        [{"name": f"Fog Tycoon {i}", "category": None, "source": "x"} for i in range(30)],
    )
    titles = ("Paper Harbour", "Lantern Street", "Fog Tycoon", "Robots of the Tea House")
    kinds = ("movie", "tv", "game", "anime")
    written(
        tmp_path,
        known.TITLES,
        [{"title": t, "year": 1998, "kind": k} for t, k in zip(titles, kinds, strict=True)] * 50,
    )
    written(
        tmp_path,
        known.ALBUMS,
        [{"artist": "Low Tide Band", "title": f"Slow Rivers {i}", "year": 2001} for i in range(20)],
    )
    written(tmp_path, known.ARTISTS, [{"name": "Low Tide Band", "aliases": ["LTB Orchestra"]}])
    written(tmp_path, known.ARTIST_NAMES, [{"name": "Aurora Vale"}])
    written(
        tmp_path,
        known.CDDB,
        [{"artist": "Aurora Vale", "title": "Embers"}, {"artist": "Aurora Vale"}],
    )
    written(
        tmp_path,
        invented.BOOKS,
        [{"author": "Jane Author", "title": f"Harbour {i}"} for i in range(4)],
    )
    return tmp_path


def test_held_out_names_are_neither_read_nor_invented(folder: Path) -> None:
    read, held = data.split(data.labelled(folder), held_out=0.2)
    banned = data.forbidden(folder, held)
    assert 40 < len(held) < 120
    assert not banned & {data.near_copy(row.name) for row in read}
    rows = weak.rows(folder, random.Random(1), 1.0, lambda name: data.near_copy(name) not in banned)
    assert rows
    assert not banned & {data.near_copy(row.name) for row in rows}


def test_near_copies_of_a_name_are_held_out_together() -> None:
    assert data.place("Paper.Harbour.1998") == data.place("paper harbour (1998)")


def test_a_row_whose_subcategory_is_of_another_medium_is_refused(folder: Path) -> None:
    written(folder, NAMES, [{"name": "a", "medium": "audio", "sub": "movie"}])
    with pytest.raises(DataMissing, match=r"line 1 .*no subcategory"):
        data.labelled(folder)


def test_names_of_the_lists_are_known(folder: Path) -> None:
    names = ["Paper.Harbour.1998.1080p", "Aurora Vale - Embers (1999)", "LTB Orchestra"]
    rows = known.known_names(folder).flags(names)
    assert [{FLAGS[i] for i, value in enumerate(row) if value} for row in rows] == [
        {"movie.whole", "movie.start", "movie.year"},
        {"artist.whole", "artist.start", "album"},
        {"artist.whole", "artist.start"},
    ]


def test_invented_names_are_labelled_filled_in_and_never_adult(folder: Path) -> None:
    rng = random.Random(1)
    rows = [*invented.plain(folder, rng, 300), *invented.authors(folder, rng, 100)]
    assert {row.medium for row in rows} >= {Medium.VIDEO, Medium.OTHER, Medium.BOOK, Medium.AUDIO}
    for row in rows:
        assert row.name.strip()
        assert "{" not in row.name
        assert row.nsfw is False
        assert row.subcategory is not None
        assert MEDIUM_OF[row.subcategory] == row.medium


def test_bare_names_are_of_every_medium_and_of_years_to_come(folder: Path) -> None:
    rows = bare.works(folder, random.Random(1))
    assert {row.medium for row in rows} == {Medium.VIDEO, Medium.SOFTWARE, Medium.AUDIO}
    years = {
        int(row.name.translate(str.maketrans("()[].", "     ")).split()[-1])
        for row in rows
        if row.medium is Medium.VIDEO
    }
    assert 1998 in years and max(years) > 2022
    assert all("{" not in row.name for row in rows)


def test_series_are_labelled_as_not_adult_and_films_are_left_open(folder: Path) -> None:
    rows = bare.works(folder, random.Random(1))
    assert {row.nsfw for row in rows if row.name.startswith("Lantern Street")} == {False}
    assert {row.nsfw for row in rows if row.name.startswith("Paper Harbour")} == {None}


def test_a_row_with_a_year_is_shown_with_another() -> None:
    rows = [Row(name, Medium.VIDEO, Subcategory.MOVIE, False) for name in ("Low Tide (1999)", "x")]
    shown = bare.with_years_moved(rows, random.Random(1), 0.25)
    assert [(row.medium, row.trust) for row in shown] == [(Medium.VIDEO, 0.25)]
    assert shown[0].name.startswith("Low Tide (") and shown[0].name != rows[0].name


@given(st.text(st.characters(codec=None), min_size=1, max_size=80), st.integers(0, 2**32))
def test_a_name_in_other_dress_is_never_empty(name: str, seed: int) -> None:
    assert augment.redressed(name, random.Random(seed))


@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=80),
    st.sampled_from(Medium),
    st.integers(0, 2**32),
)
def test_any_name_can_be_given_file_tails(name: str, medium: Medium, seed: int) -> None:
    row = Row(name, medium, next(sub for sub in Subcategory if MEDIUM_OF[sub] == medium), False)
    (shown,) = augment.with_tails([row], random.Random(seed), 1.0)
    assert 1 <= len(shown.tails) <= 3
