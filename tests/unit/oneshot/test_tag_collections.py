"""`mimmo tag --dry-run` on folders of several works: films, books, albums, a series' specials."""

import json
from pathlib import Path

import pytest

from tests.unit.oneshot import works
from tests.unit.oneshot.conftest import Calls


def tagged(mimmo: Calls, folder: Path, *names: str) -> tuple[list[str], list[str]]:
    """The new paths of a folder with these files, sorted, and the files that are left out."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        works.sparse(folder / name, works.SIZE)
    ended = mimmo("tag", str(folder), "--dry-run", "--json")
    assert ended.code == 0
    told = [line.rpartition("left out: ")[2] for line in ended.err.splitlines()]
    return sorted(json.loads(line)["to"] for line in ended.out.splitlines()), told


FILMS = ("Metropolis (1927)", "Metropolis Returns (1930)", "Metropolis Reborn (1932)")


@pytest.mark.parametrize(
    "folder",
    ["Metropolis Trilogy", "Metropolis Quadrilogy", "Metropolis Collection (1927-1932)", "Silent"],
)
@pytest.mark.parametrize("place", ["{0}.mkv", "{0}/{0}.mkv"])
def test_dated_films_of_a_collection_are_filed_by_each(
    place: str, folder: str, mimmo: Calls, tmp_path: Path
) -> None:
    targets, told = tagged(mimmo, tmp_path / folder, *map(place.format, FILMS))
    assert targets == sorted(f"{film}/{film}.mkv" for film in FILMS)
    assert told == []


@pytest.mark.parametrize(
    "names",
    [
        ["Nosferatu.1922.cd1.avi", "Nosferatu.1922.cd2.avi"],
        ["Nosferatu.1922.mkv", "Nosferatu 1922 Trailer.mkv"],
        ["Nosferatu (1922).mkv", "Extras/Making Of (2005).mkv"],
    ],
)
def test_parts_and_extras_do_not_make_a_film_several(
    names: list[str], mimmo: Calls, tmp_path: Path
) -> None:
    targets, _ = tagged(mimmo, tmp_path / "Nosferatu (1922) Complete", *names)
    assert {target.split("/")[0] for target in targets} == {"Nosferatu (1922)"}


def test_seasons_that_say_their_year_are_one_series(mimmo: Calls, tmp_path: Path) -> None:
    names = [
        f"Saltmarsh Season {season} ({2000 + season})/Saltmarsh.S0{season}E0{part}.mkv"
        for season in (1, 2)
        for part in (1, 2)
    ]
    targets, told = tagged(mimmo, tmp_path / "Saltmarsh Complete", *names)
    assert {target.split("/")[0] for target in targets} == {"Saltmarsh"}
    assert (len(targets), told) == (4, [])


@pytest.mark.parametrize("folder", ["Books", "Gothic Collection"])
def test_books_of_several_authors_are_filed_by_each(
    folder: str, mimmo: Calls, tmp_path: Path
) -> None:
    books = ("Mary Shelley - Frankenstein", "Bram Stoker - Dracula", "Jane Austen - Emma")
    targets, _ = tagged(mimmo, tmp_path / folder, *(f"{book}.epub" for book in books))
    assert targets == sorted(f"{book.replace(' - ', '/')}.epub" for book in books)


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("Mary Shelley - Frankenstein", ["01 - Letters.pdf", "02 - The Boat.pdf"]),
        ("Jane Austen Collection", ["Jane Austen - Emma.epub", "Jane Austen - Persuasion.epub"]),
    ],
)
def test_parts_and_books_of_one_author_stay_together(
    folder: str, names: list[str], mimmo: Calls, tmp_path: Path
) -> None:
    targets, _ = tagged(mimmo, tmp_path / folder, *names)
    assert len({target.rpartition("/")[0] for target in targets}) == 1


@pytest.mark.parametrize(
    "album",
    ["1999 - Abbey Lane", "2001 - Old A", "1998 - Hurry!", "2003 - Who Goes?", "2004 - Glass"],
)
def test_albums_of_an_artist_keep_their_whole_title(
    album: str, mimmo: Calls, tmp_path: Path
) -> None:
    names = [
        f"{place}/{track}" for place in (album, "2006 - Low Tide [FLAC]") for track in works.TRACKS
    ]
    targets, _ = tagged(mimmo, tmp_path / "Paper Lighthouse Discography", *names)
    assert {target.rpartition("/")[0] for target in targets} == {
        f"Paper Lighthouse/{album.replace('?', '')}",
        "Paper Lighthouse/2006 - Low Tide",
    }


def test_folders_without_an_artist_have_that_of_the_folder_around_them(
    mimmo: Calls, tmp_path: Path
) -> None:
    names = [f"Suite No. {suite}/{track}" for suite in (1, 2, 3) for track in works.TRACKS]
    targets, _ = tagged(mimmo, tmp_path / "Bach - Cello Suites (Ann Reed)", *names)
    assert {target.rpartition("/")[0] for target in targets} == {
        f"Bach/Suite No. {suite}" for suite in (1, 2, 3)
    }


def test_specials_are_a_season_of_their_own_and_credits_no_episodes(
    mimmo: Calls, tmp_path: Path
) -> None:
    names = [f"Saltmarsh - {number:03}.mkv" for number in (1, 2, 3)]
    names += ["Saltmarsh - OVA 1.mkv", "Saltmarsh - NCOP1.mkv", "Saltmarsh - Movie 01.mkv"]
    targets, told = tagged(mimmo, tmp_path / "Saltmarsh", *names)
    assert targets == [
        "Saltmarsh/Season 00/Saltmarsh - S00E01.mkv",
        *(f"Saltmarsh/Season 01/Saltmarsh - S01E0{number}.mkv" for number in (1, 2, 3)),
    ]
    assert told == ["Saltmarsh/Saltmarsh - Movie 01.mkv", "Saltmarsh/Saltmarsh - NCOP1.mkv"]
