"""`mimmo tag --dry-run`: what a library would call files, and that no file is touched."""

import json
import os
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


FILMS = ("Nosferatu (1922).mkv", "Metropolis (1927).mkv")


def tagged(mimmo: Calls, folder: Path) -> tuple[set[str], str]:
    """The new paths that a folder's files would have, and what was said of it."""
    ended = mimmo("tag", str(folder), "--dry-run", "--json")
    assert ended.code == 0
    renames = [json.loads(line) for line in ended.out.splitlines()]
    for rename in renames:
        assert (folder.parent / rename["from"]).is_file()
    return {rename["to"] for rename in renames}, ended.err


def files_in(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        works.sparse(folder / name, works.SIZE)
    return folder


def test_films_and_books_that_lie_in_one_folder_are_filed_by_each(
    mimmo: Calls, tmp_path: Path
) -> None:
    root = files_in(tmp_path / "in", *FILMS, "Mary Shelley - The Last Man.epub", "readme.txt")
    targets, told = tagged(mimmo, root)
    assert len(targets) == 3
    assert targets > {
        "Nosferatu (1922)/Nosferatu (1922).mkv",
        "Metropolis (1927)/Metropolis (1927).mkv",
    }
    assert told == ""


def test_works_that_lie_beside_folders_of_works_are_filed_by_each(
    mimmo: Calls, tmp_path: Path
) -> None:
    root = files_in(tmp_path / "in", *FILMS, "Mary Shelley - The Last Man.epub")
    files_in(root, "Saltmarsh.S01E01.1080p.mkv", "Saltmarsh.S01E02.1080p.mkv")
    works.album(root)
    works.season(root)
    targets, told = tagged(mimmo, root)
    assert told == ""
    assert {target.split("/")[0] for target in targets} >= {
        "Paper Lighthouse",
        "Lantern Street",
        "Saltmarsh",
        "Nosferatu (1922)",
        "Metropolis (1927)",
    }
    assert {f"Saltmarsh/Season 01/Saltmarsh - S01E0{number}.mkv" for number in (1, 2)} < targets


def test_a_folder_of_a_folder_of_works_is_read_deeper(mimmo: Calls, tmp_path: Path) -> None:
    root = files_in(tmp_path / "in", *(f"Films/{film[:-4]}/{film}" for film in FILMS))
    targets, _ = tagged(mimmo, root)
    assert targets == {f"{film[:-4]}/{film}" for film in FILMS}


@pytest.mark.parametrize("folder", ["in", "in/Series", "2020", "Series"])
def test_many_series_are_not_filed_under_the_first(
    folder: str, mimmo: Calls, tmp_path: Path
) -> None:
    series = ("Saltmarsh", "Tin Cartographers", "Lantern Street", "Harbour Lights")
    root = files_in(
        tmp_path / folder,
        "notes.pdf",
        *(f"{name} S01 1080p/{name} S01E0{part}.mkv" for name in series for part in (1, 2)),
    )
    targets, _ = tagged(mimmo, root.parent if "/" in folder else root)
    assert {target.split("/")[0] for target in targets} >= set(series)


@pytest.mark.parametrize(
    ("folder", "names", "target"),
    [
        (
            "Metropolis (1927) 1080p",
            ["Metropolis (1927).mkv", "Making Of.mkv", "Shorts/The Quiet Harbour.mkv"],
            "Metropolis (1927)",
        ),
        ("Nosferatu 1922 BluRay", ["inv-nosf.cd1.avi", "inv-nosf.cd2.avi"], "Nosferatu (1922)"),
        (works.ALBUM, ["01 - Harbour.flac", "Booklet.pdf", "Demos/01 - Ebb.flac"], "Paper"),
        ("Lantern Street S02", ["Lantern Street S02E01.mkv", "Other/Harbour.mkv"], "Lantern"),
    ],
)
def test_what_lies_beside_a_work_does_not_make_it_several(
    folder: str, names: list[str], target: str, mimmo: Calls, tmp_path: Path
) -> None:
    targets, _ = tagged(mimmo, files_in(tmp_path / folder, *names))
    assert targets
    assert all(path.startswith(target) for path in targets)


def test_a_work_for_which_there_is_no_place_is_told(mimmo: Calls, tmp_path: Path) -> None:
    root = files_in(tmp_path / "Metropolis (1927)", "Metropolis (1927).mkv", "Making Of.mkv")
    targets, told = tagged(mimmo, root)
    assert len(targets) == 1
    assert told == "mimmo: left out: Metropolis (1927)/Making Of.mkv\n"


@pytest.mark.parametrize(
    "name", [b"01 - ..\\..\\x.flac", b"01 - a\nb.flac", b"01 - \x1b[2J.flac", b"01 - \xfe.flac"]
)
def test_the_old_path_is_the_one_on_disk(name: bytes, mimmo: Calls, tmp_path: Path) -> None:
    root = files_in(tmp_path / works.ALBUM, "02 - Harbour.flac")
    try:
        works.sparse(root / os.fsdecode(name), 10)
    except OSError:
        pytest.skip("the file system does not take such a name")
    targets, _ = tagged(mimmo, root)
    assert len(targets) == 2
    shown = mimmo("tag", str(root), "--dry-run").out
    assert len(shown.splitlines()) == 2
    assert "\x1b" not in shown


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_may_not_be_read_is_told(mimmo: Calls, tmp_path: Path) -> None:
    root = files_in(tmp_path / works.ALBUM, "01 - Harbour.flac", "closed/02 - Ebb.flac")
    (root / "closed").chmod(0)
    try:
        _, told = tagged(mimmo, root)
    finally:
        (root / "closed").chmod(0o700)
    assert told.endswith("closed could not be read\n")


def test_links_that_are_not_followed_are_told(mimmo: Calls, tmp_path: Path) -> None:
    root = files_in(tmp_path / works.ALBUM, "01 - Harbour.flac")
    (root / "link.flac").symlink_to(root / "01 - Harbour.flac")
    assert "links that were not followed: 1" in tagged(mimmo, root)[1]


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
