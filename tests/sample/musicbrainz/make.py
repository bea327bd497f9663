"""Writes the sample dumps in the format of the MusicBrainz JSON dumps: `python -m tests.sample.musicbrainz.make`.

catalogue.toml holds the artists and albums; MBIDs are uuid5 of their keys. The same catalogue gives the same bytes.
"""

import io
import json
import lzma
import tarfile
import tomllib
import uuid
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATED = "2026-11-21 00:12:34.567890+00"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "sample.mimmo-streams.invalid")
_LICENCE = "Invented data in the format of the MusicBrainz JSON dumps. CC0.\n"


def catalogue() -> list[dict[str, Any]]:
    """The artists of catalogue.toml, in order."""
    artists: list[dict[str, Any]] = tomllib.loads((HERE / "catalogue.toml").read_text(encoding="utf-8"))["artists"]
    return artists


def artist_mbid(artist: dict[str, Any]) -> str:
    return artist.get("mbid") or str(uuid.uuid5(_NAMESPACE, artist["key"]))


def group_mbid(artist: dict[str, Any], album: dict[str, Any]) -> str:
    return album.get("mbid") or str(uuid.uuid5(_NAMESPACE, f"{artist['key']}/{album['title']}"))


def _aliases(names: list[str]) -> list[dict[str, Any]]:
    return [{"name": name, "sort-name": name, "primary": None, "locale": None, "type": None} for name in names]


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
    lines = []
    for artist in artists.values():
        for album in artist.get("albums", []):
            credit = [
                {
                    "name": part.get("name", artists[part["key"]]["name"]),
                    "joinphrase": part.get("join", ""),
                    "artist": {
                        "id": artist_mbid(artists[part["key"]]),
                        "name": artists[part["key"]]["name"],
                        "sort-name": artists[part["key"]].get("sort_name", artists[part["key"]]["name"]),
                    },
                }
                for part in album.get("credit", [{"key": artist["key"]}])
            ]
            lines.append(
                _line(
                    {
                        "id": group_mbid(artist, album),
                        "title": album["title"],
                        "first-release-date": f"{album['year']}-01-01" if "year" in album else "",
                        "primary-type": album.get("type", "Album"),
                        "secondary-types": album.get("secondary", []),
                        "artist-credit": credit,
                        "aliases": _aliases(album.get("aliases", [])),
                    }
                )
            )
    return lines


def _line(entity: dict[str, Any]) -> str:
    return json.dumps(entity, ensure_ascii=False, sort_keys=True)


def _write(path: Path, kind: str, lines: list[str]) -> None:
    members = {
        "COPYING": _LICENCE,
        "JSON_DUMPS_SCHEMA_NUMBER": "1\n",
        "TIMESTAMP": DATED + "\n",
        f"mbdump/{kind}": "\n".join(lines) + "\n",
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, text in members.items():
            data = text.encode()
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 0
            tar.addfile(info, io.BytesIO(data))
    path.write_bytes(lzma.compress(buffer.getvalue(), preset=9))


def main() -> None:
    _write(HERE / "artist.tar.xz", "artist", artist_lines())
    _write(HERE / "release-group.tar.xz", "release-group", group_lines())


if __name__ == "__main__":
    main()
