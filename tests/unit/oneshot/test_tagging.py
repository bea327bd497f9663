"""`mimmo tag --dry-run`: what a library would call files, and that no file is touched."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.oneshot.library_names import (
    album_folder,
    dated,
    episode_file,
    library_name,
    track_file,
)
from tests.unit.oneshot import works
from tests.unit.oneshot.conftest import Calls


def pairs(text: str) -> dict[str, str]:
    return dict(line.split(" -> ") for line in text.splitlines())


def test_an_album_is_filed_by_artist_year_and_number(mimmo: Calls, tmp_path: Path) -> None:
    works.album(tmp_path)
    ended = mimmo("tag", str(tmp_path / works.ALBUM), "--dry-run")
    lead = "Paper Lighthouse/2006 - Low Tide"
    assert pairs(ended.out) == {
        f"{works.ALBUM}/01 - Harbour.flac": f"{lead}/01 - Harbour.flac",
        f"{works.ALBUM}/02 - Ebb and Flow.flac": f"{lead}/02 - Ebb and Flow.flac",
        f"{works.ALBUM}/03 - The Long Quay.flac": f"{lead}/03 - The Long Quay.flac",
        f"{works.ALBUM}/cover.jpg": f"{lead}/cover.jpg",
    }


def test_discs_stand_before_the_number(mimmo: Calls, tmp_path: Path) -> None:
    for disc in ("CD1", "CD2"):
        place = tmp_path / works.ALBUM / disc
        place.mkdir(parents=True)
        works.sparse(place / "01 - Harbour.flac", works.SIZE)
    told = pairs(mimmo("tag", str(tmp_path / works.ALBUM), "--dry-run").out)
    assert list(told.values()) == [
        "Paper Lighthouse/2006 - Low Tide/1-01 - Harbour.flac",
        "Paper Lighthouse/2006 - Low Tide/2-01 - Harbour.flac",
    ]


def test_a_season_is_filed_by_number_and_takes_its_subtitles(mimmo: Calls, tmp_path: Path) -> None:
    told = pairs(mimmo("tag", str(works.season(tmp_path)), "--dry-run").out)
    assert sorted(told.values()) == [
        "Lantern Street/Season 02/Lantern Street - S02E01.en.srt",
        "Lantern Street/Season 02/Lantern Street - S02E01.mkv",
        "Lantern Street/Season 02/Lantern Street - S02E02.mkv",
    ]


def test_a_film_is_filed_by_title_and_year(mimmo: Calls, tmp_path: Path) -> None:
    told = pairs(mimmo("tag", str(works.film(tmp_path)), "--dry-run").out)
    name = "The Quiet Harbour (1999)"
    assert list(told.values()) == [f"{name}/{name}.mkv"]


def test_a_discography_is_filed_by_its_albums(mimmo: Calls, tmp_path: Path) -> None:
    root = tmp_path / "Paper Lighthouse - Discography (2004-2006) [FLAC]"
    for album in ("2004 - Harbour Lights", "2006 - Low Tide"):
        (root / album).mkdir(parents=True)
        for track in works.TRACKS:
            works.sparse(root / album / track, works.SIZE)
    told = pairs(mimmo("tag", str(root), "--dry-run").out)
    assert {new.rpartition("/")[0] for new in told.values()} == {
        "Paper Lighthouse/2004 - Harbour Lights",
        "Paper Lighthouse/2006 - Low Tide",
    }


@pytest.mark.parametrize(
    ("folder", "album"),
    [
        ("Discovery of Moths", "Discovery of Moths"),
        ("Cdrift", "Cdrift"),
        ("Low Tide/CD 2", "Low Tide"),
        ("Low Tide/Side B", "Low Tide"),
    ],
)
def test_only_the_folder_of_a_disc_is_no_album(
    folder: str, album: str, mimmo: Calls, tmp_path: Path
) -> None:
    root = tmp_path / "Paper Lighthouse - Discography (2004-2006) [FLAC]" / "Albums"
    for place in (root / folder, root / "Harbour Lights"):
        place.mkdir(parents=True)
        for track in works.TRACKS:
            works.sparse(place / track, works.SIZE)
    told = pairs(mimmo("tag", str(root.parent), "--dry-run").out)
    assert {new.rpartition("/")[0] for new in told.values()} == {
        f"Paper Lighthouse/{album}",
        "Paper Lighthouse/Harbour Lights",
    }


def test_a_folder_of_several_works_is_filed_by_each(mimmo: Calls, tmp_path: Path) -> None:
    root = tmp_path / "Downloads"
    works.album(root)
    works.season(root)
    works.film(root)
    told = mimmo("tag", str(root), "--dry-run", "--json").out
    renames = [json.loads(line) for line in told.splitlines()]
    assert {rename["to"].split("/")[0] for rename in renames} == {
        "Paper Lighthouse",
        "Lantern Street",
        "The Quiet Harbour (1999)",
    }
    for rename in renames:
        assert (tmp_path / rename["from"]).is_file()


def test_two_files_never_get_one_name(mimmo: Calls, tmp_path: Path) -> None:
    place = works.film(tmp_path)
    for name in ("the.quiet.harbour.1999.srt", "the.quiet.harbour.1999.SRT"):
        works.sparse(place / name, 10)
    told = pairs(mimmo("tag", str(place), "--dry-run").out)
    assert len({new.casefold() for new in told.values()}) == len(told) == 3


def test_nothing_is_ever_touched(mimmo: Calls, tmp_path: Path) -> None:
    works.album(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / works.ALBUM).rglob("*")}
    mimmo("tag", str(tmp_path / works.ALBUM), "--dry-run")
    ended = mimmo("tag", str(tmp_path / works.ALBUM))
    assert (ended.code, ended.out) == (2, "")
    assert "only --dry-run exists" in ended.err
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / works.ALBUM).rglob("*")}
    assert after == before


@pytest.mark.parametrize("name", ["missing", "file.txt"])
def test_what_is_no_folder_is_an_input_error(name: str, mimmo: Calls, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("x")
    ended = mimmo("tag", str(tmp_path / name), "--dry-run")
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 1


def test_a_folder_without_works_gives_nothing(mimmo: Calls, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.xyz").write_text("x")
    ended = mimmo("tag", str(tmp_path / "in"), "--dry-run")
    assert (ended.code, ended.out) == (0, "")
    assert "nothing for a library" in ended.err


@given(st.text(max_size=300))
def test_a_library_name_is_one_name_that_leads_nowhere_else(text: str) -> None:
    name = library_name(text)
    assert 0 < len(name.encode()) <= 181
    assert not set(name) & set('/\\:*?"<>|\0\n\x1b')
    assert name not in (".", "..")
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))
    assert name.partition(".")[0].upper() not in {"CON", "NUL", "AUX", "PRN"}
    assert library_name(name) == name


@given(st.text(max_size=40), st.text(max_size=40), st.none() | st.integers(1000, 2100))
def test_paths_have_as_many_parts_as_the_layout(artist: str, title: str, year: int | None) -> None:
    assert album_folder(artist, title, year).count("/") == 1
    assert dated(title, year).count("/") == 0
    assert track_file(7, title, None).startswith("07 -")
    assert episode_file(title, 1, 2).count("/") == 2
