"""Writes the sample dumps in the format of the MusicBrainz JSON dumps.

`python -m streams.lab.sample.musicbrainz.make` does. catalogue.toml holds the artists and albums;
MBIDs are uuid5 of their keys. The same catalogue gives the same bytes.
"""

import bz2
import io
import json
import lzma
import tarfile
import tomllib
import uuid
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATED = "2026-11-21 00:12:34.567890+00"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "sample.mimmo-streams.invalid")
_LICENCE = "Invented data in the format of the MusicBrainz JSON dumps. CC0.\n"


def catalogue() -> list[dict[str, Any]]:
    """The artists of catalogue.toml, in order."""
    text = (HERE / "catalogue.toml").read_text(encoding="utf-8")
    artists: list[dict[str, Any]] = tomllib.loads(text)["artists"]
    return artists


def artist_mbid(artist: dict[str, Any]) -> str:
    """The artist's own MBID, else one made of its key."""
    return artist.get("mbid") or str(uuid.uuid5(_NAMESPACE, artist["key"]))


def group_mbid(artist: dict[str, Any], album: dict[str, Any]) -> str:
    """The album's own MBID, else one made of the artist's key and the title."""
    return album.get("mbid") or str(uuid.uuid5(_NAMESPACE, f"{artist['key']}/{album['title']}"))


def artist_lines() -> list[str]:
    """One JSON object an artist, as in `mbdump/artist`."""
    return [
        _line(
            {
                "id": artist_mbid(artist),
                "name": artist["name"],
                "sort-name": artist.get("sort_name", artist["name"]),
                "type": artist.get("type"),
                "country": artist.get("country"),
                "disambiguation": artist.get("disambiguation", ""),
                "aliases": _aliases(artist.get("aliases", [])),
                "genres": [],
            }
        )
        for artist in catalogue()
    ]


def group_lines() -> list[str]:
    """One JSON object a release group, as in `mbdump/release-group`."""
    artists = {artist["key"]: artist for artist in catalogue()}
    return [
        _line(
            {
                "id": group_mbid(artist, album),
                "title": album["title"],
                "first-release-date": f"{album['year']}-01-01" if "year" in album else "",
                "primary-type": album.get("type", "Album"),
                "secondary-types": album.get("secondary", []),
                "artist-credit": [
                    _credited(part, artists[part["key"]])
                    for part in album.get("credit", [{"key": artist["key"]}])
                ],
                "aliases": _aliases(album.get("aliases", [])),
            }
        )
        for artist, album in _albums()
    ]


def release_lines() -> list[str]:
    """One JSON object a release, as in `mbdump/release`, of the albums that have tracks."""
    return [
        _line(
            {
                "id": str(uuid.uuid5(_NAMESPACE, f"release of {group_mbid(artist, album)}")),
                "title": album["title"],
                "release-group": {"id": group_mbid(artist, album)},
                "media": [
                    {
                        "position": 1,
                        "tracks": [
                            {"position": at, "title": title}
                            for at, title in enumerate(album["tracks"], 1)
                        ],
                    }
                ],
            }
        )
        for artist, album in _albums()
        if "tracks" in album
    ]


MERGED = str(uuid.uuid5(_NAMESPACE, "merged into paper-lighthouse"))
"""An artist's MBID that was merged into Paper Lighthouse's."""
MERGED_GROUP = str(uuid.uuid5(_NAMESPACE, "merged into paper-lighthouse/Low Tide"))


def export_tables() -> dict[str, str]:
    """The tables of the full export that the import reads, in the order of the real tar.

    They are in the format of PostgreSQL's COPY.
    """
    artists = catalogue()
    albums = _albums()
    keys = [artist["key"] for artist in artists]
    lighthouse = keys.index("paper-lighthouse")
    low_tide = albums.index((artists[lighthouse], artists[lighthouse]["albums"][0]))
    return {
        "artist": _numbered((artist_mbid(artist), artist["name"]) for artist in artists),
        "artist_gid_redirect": _redirect(MERGED, lighthouse + 1),
        "release_group": _numbered(
            (group_mbid(artist, album), album["title"]) for artist, album in albums
        ),
        "release_group_gid_redirect": _redirect(MERGED_GROUP, low_tide + 1),
    }


def _albums() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every album with its artist, in order."""
    return [(artist, album) for artist in catalogue() for album in artist.get("albums", [])]


def _aliases(names: list[str]) -> list[dict[str, Any]]:
    return [
        {"name": name, "sort-name": name, "primary": None, "locale": None, "type": None}
        for name in names
    ]


def _credited(part: dict[str, Any], artist: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": part.get("name", artist["name"]),
        "joinphrase": part.get("join", ""),
        "artist": {
            "id": artist_mbid(artist),
            "name": artist["name"],
            "sort-name": artist.get("sort_name", artist["name"]),
        },
    }


def _numbered(rows: Iterable[tuple[str, str]]) -> str:
    """Rows of an entity table: a row id, the MBID, the name."""
    return "".join(f"{number}\t{mbid}\t{name}\n" for number, (mbid, name) in enumerate(rows, 1))


def _redirect(old: str, row_id: int) -> str:
    return f"{old}\t{row_id}\t2020-01-01 00:00:00+00\n"


def _line(entity: dict[str, Any]) -> str:
    return json.dumps(entity, ensure_ascii=False, sort_keys=True)


def _write(path: Path, tables: dict[str, str], compress: Callable[[bytes], bytes]) -> None:
    members = {
        "COPYING": _LICENCE,
        "JSON_DUMPS_SCHEMA_NUMBER": "1\n",
        "TIMESTAMP": DATED + "\n",
        **{f"mbdump/{name}": text for name, text in tables.items()},
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, text in members.items():
            data = text.encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.mtime = 0
            tar.addfile(info, io.BytesIO(data))
    path.write_bytes(compress(buffer.getvalue()))


def main() -> None:
    """Write the dumps beside this module."""
    for kind, lines in (
        ("artist", artist_lines()),
        ("release-group", group_lines()),
        ("release", release_lines()),
    ):
        _write(
            HERE / f"{kind}.tar.xz",
            {kind: "\n".join(lines) + "\n"},
            partial(lzma.compress, preset=9),
        )
    _write(HERE / "mbdump.tar.bz2", export_tables(), bz2.compress)


if __name__ == "__main__":
    main()
