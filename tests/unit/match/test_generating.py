"""The generated catalogue: the same bytes from the same names, and cases that are kept apart."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from models.match.normalise import compact
from streams.lab.catalogue.__main__ import main
from streams.lab.catalogue.make import Size, make
from streams.lab.sample.musicbrainz import make as sample

Rows = list[dict[str, Any]]


def names() -> dict[str, Rows]:
    """The files of real names, of the artists and albums of the sample."""
    albums = [
        {
            "artist": artist["name"],
            "artist_mbid": sample.artist_mbid(artist),
            "title": album["title"],
            "mbid": sample.group_mbid(artist, album),
            "year": album.get("year"),
        }
        for artist in sample.catalogue()
        for album in artist.get("albums", [])
        if "credit" not in album and artist["key"] != "various-artists"
    ]
    artists = [
        {"name": artist["name"], "mbid": sample.artist_mbid(artist)}
        for artist in sample.catalogue()
    ]
    spellings = ("Tide of Glass", "Tide of Glass", "Tied of Glas", "TIDE OF GLASS!", "Tide o Glass")
    return {
        "catalogue/artists": artists,
        "catalogue/artist_names": [{"name": artist["name"]} for artist in artists],
        "catalogue/release_groups": albums,
        "catalogue/albums": [{"artist": "Nine Harbours", "title": "Slow Bridges", "year": 1999}],
        "catalogue/cddb_albums": [
            {"artist": "Elm Street Choir", "title": title, "year": 2001, "tracks": "rain wind snow"}
            for title in ("Weather", "The Weather")
        ],
        "linking/homonyms": [],
        "linking/albums_dev": albums[:3],
        "linking/queries_dev": [],
        "linking/cddb_pairs": [
            {"a": "Elm Street Choir - Weather", "b": "Elm Street Choir - The Weather", "match": 1}
        ],
        "linking/musicbrainz20k": [
            {"CID": "1", "artist": "Glass Harbour Duo", "album": spelling} for spelling in spellings
        ],
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    for name, rows in names().items():
        path = folder / f"{name}.jsonl.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    return folder


def written(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def read(path: Path) -> Rows:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_same_names_and_seed_give_the_same_bytes_and_another_seed_others(
    tmp_path: Path, data: Path
) -> None:
    size = Size(artists=200, groups=900)
    for name, seed in (("first", 7), ("again", 7), ("other", 8)):
        make(tmp_path / name, data, size, seed=seed, log=io.StringIO())
    first = written(tmp_path / "first")
    assert first == written(tmp_path / "again")
    assert first["mbdump/artist"] != written(tmp_path / "other")["mbdump/artist"]
    assert first["mbdump/artist"].count(b"\n") == 200
    assert first["mbdump/release-group"].count(b"\n") == 900


def test_every_case_is_in_the_catalogue_and_unseen_spellings_are_in_no_case(
    tmp_path: Path, data: Path
) -> None:
    make(tmp_path, data, Size(artists=200, groups=900), log=io.StringIO())
    artists = {row["id"] for row in read(tmp_path / "mbdump" / "artist")}
    groups = {row["id"] for row in read(tmp_path / "mbdump" / "release-group")}
    cases = [row for path in (tmp_path / "cases").iterdir() for row in read(path)]
    assert {row["artist_mbid"] for row in cases} - {None} <= artists
    assert {row["release_group_mbid"] for row in cases} - {None} <= groups
    unseen = read(tmp_path / "unseen" / "mb20k.jsonl")
    assert [row["title"] for row in unseen] == ["Tied of Glas", "Tide o Glass"]
    asked = {compact(row["title"]) for row in cases}
    assert not {compact(row["title"]) for row in unseen} & asked


def test_a_missing_file_of_names_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "out"), "--data", str(tmp_path)]) == 1
    assert "--data is the folder that holds catalogue/" in capsys.readouterr().err
