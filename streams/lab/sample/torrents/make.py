"""Writes the demo dump and what its rows are: `python -m streams.lab.sample.torrents.make`. The
same works give the same bytes.

The music is that of the sample MusicBrainz catalogue, in the many ways people spell it, so that it
links.
"""

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streams.lab.sample.musicbrainz.make import catalogue
from streams.lab.sample.torrents import works

HERE = Path(__file__).parent
SEEN = 1_767_225_600  # 2026-01-01
MB = 1_000_000

Files = list[dict[str, Any]]
Row = tuple[str, str, str, Files]
"""name, medium, subcategory, files"""

_rng = random.Random(20260101)


def _file(path: str, megabytes: float) -> dict[str, Any]:
    return {"path": path, "size": int(megabytes * MB * _rng.uniform(0.9, 1.1))}


def films() -> Iterator[Row]:
    styles = (
        "{dots}.{year}.1080p.BluRay.x264-GRP",
        "{title} ({year}) [720p] [WEBRip]",
        "{title} {year} DVDRip XviD-OLD",
        "[PublicDomain] {title} ({year}) BDRip 1080p",
        "{dots}.{year}.2160p.UHD.BluRay.REMUX.HEVC-GRP",
        "{title} ({year})",
    )
    for number, (title, year) in enumerate(works.FILMS):
        name = styles[number % len(styles)].format(
            title=title, dots=title.replace(" ", "."), year=year
        )
        files = [
            _file(f"{name}/{name}.mkv", 2500),
            _file(f"{name}/{name}.srt", 0.1),
            _file(f"{name}/Sample/sample.mkv", 30),
        ]
        yield name, "video", "movie", files[: 1 + number % 3]
    for name in works.FILMS_ELSEWHERE:
        yield (
            name,
            "video",
            "movie",
            [_file(f"{name}/{name}.avi", 700), _file(f"{name}/poster.jpg", 0.4)],
        )


def series() -> Iterator[Row]:
    for title, seasons, episodes in works.SERIES:
        dots = title.replace(" ", ".")
        for season in range(1, seasons + 1):
            listed = [
                f"{dots}.S{season:02}E{number:02}.720p.WEB.h264-INV.mkv"
                for number in range(1, episodes + 1)
            ]
            for path in listed[:3]:
                yield path.removesuffix(".mkv"), "video", "episode", [_file(path, 700)]
            name = f"{dots}.S{season:02}.720p.WEB.h264-INV"
            yield name, "video", "season", [_file(f"{name}/{path}", 700) for path in listed]
        if seasons > 1:
            name = f"{title} - Complete Series S01-S{seasons:02} 720p"
            yield (
                name,
                "video",
                "series",
                [
                    _file(f"{name}/Season {season}/{dots}.S{season:02}E{number:02}.mkv", 600)
                    for season in range(1, seasons + 1)
                    for number in range(1, episodes + 1)
                ],
            )
    for title in works.FANSUBS:
        for number in (1, 2, 12):
            path = f"[FreeSubs] {title} - {number:02} [720p].mkv"
            yield path, "video", "episode", [_file(path, 350)]
    for name in works.MUSIC_VIDEOS:
        yield name, "video", "music_video", [_file(f"{name}.mkv", 120)]
    for name in works.COURSES:
        yield (
            name,
            "video",
            "video_other",
            [_file(f"{name}/{part:02} - Lecture {part}.mp4", 250) for part in range(1, 13)],
        )


def music() -> Iterator[Row]:
    styles = (
        "{artist} - {title} ({year}) [FLAC]",
        "{artist} - {title} ({year}) MP3 320",
        "{a}-{t}-CD-FLAC-{year}-INV",
        "{artist} - {year} - {title}",
        "{artist} – {title} [{year}, MP3, 320 kbps]",
        "{artist} - {title}",
    )
    number = 0
    for artist in catalogue():
        albums = artist.get("albums", [])
        for album in albums:
            tracks = album.get("tracks") or [f"Part {part}" for part in range(1, 7)]
            various = artist["key"] == "various-artists"
            words = {
                "artist": "VA" if various else artist["name"],
                "title": album["title"],
                "year": album.get("year", 2000),
                "a": artist["name"].replace(" ", "_"),
                "t": album["title"].replace(" ", "_"),
            }
            style = styles[number % len(styles)]
            if "_-" in style or not artist["name"].isascii():
                style = styles[0]
            name = style.format(**words)
            number += 1
            extension = "flac" if "FLAC" in name else "mp3"
            if album.get("type") == "Single":
                yield (
                    f"{artist['name']} - {album['title']}.{extension}",
                    "audio",
                    "track",
                    [_file(f"{artist['name']} - {album['title']}.{extension}", 12)],
                )
                continue
            files = [
                _file(f"{name}/{part:02} - {track}.{extension}", 25)
                for part, track in enumerate(tracks, 1)
            ]
            yield (
                name,
                "audio",
                "album",
                [*files, _file(f"{name}/cover.jpg", 0.5), _file(f"{name}/info.nfo", 0.01)],
            )
        if len(albums) > 2 and artist["key"] != "various-artists":
            name = f"{artist['name']} - Discography {albums[0].get('year', 1990)}-{albums[-1].get('year', 2020)} [FLAC]"
            yield (
                name,
                "audio",
                "collection",
                [
                    _file(
                        f"{name}/{album.get('year', 2000)} - {album['title']}/{part:02} - {track}.flac",
                        25,
                    )
                    for album in albums
                    for part, track in enumerate(album.get("tracks") or ["Part 1", "Part 2"], 1)
                ],
            )
    for author, title in works.AUDIOBOOKS:
        name = f"{author} - {title} (Audiobook, LibriVox) 64kbps"
        yield (
            name,
            "audio",
            "audiobook",
            [_file(f"{name}/{title} - Chapter {part:02}.mp3", 15) for part in range(1, 11)],
        )


def books() -> Iterator[Row]:
    for number, (author, title) in enumerate(works.BOOKS):
        name = (
            f"{author} - {title}" + (" (epub, mobi)", " [Project Gutenberg]", ".epub")[number % 3]
        )
        yield name, "book", "ebook", [_file(f"{author} - {title}.epub", 1)]
    for name in works.COMICS:
        yield (
            name,
            "book",
            "comic",
            [_file(f"{name}/{name} {part:02}.cbz", 30) for part in range(1, 4)],
        )
    for name in works.MAGAZINES:
        yield name, "book", "magazine", [_file(f"{name}.pdf", 20)]


def software() -> Iterator[Row]:
    for name in works.SYSTEMS:
        yield f"{name}.iso", "software", "software_other", [_file(f"{name}.iso", 3000)]
    for name in works.APPLICATIONS:
        yield (
            name,
            "software",
            "application",
            [_file(f"{name}/setup.exe", 150), _file(f"{name}/readme.txt", 0.01)],
        )
    for name in works.GAMES:
        parts = [_file(f"{name}/data{part}.bin", 700) for part in range(1, 4)]
        yield name, "software", "game", [_file(f"{name}/setup.exe", 10), *parts]


def others() -> Iterator[Row]:
    for name in works.IMAGES:
        yield name, "other", "images", [_file(f"{name}/{part:03}.jpg", 4) for part in range(1, 25)]
    for name in works.OTHERS:
        yield name, "other", "other", [_file(f"{name}/part{part}.dat", 300) for part in range(1, 4)]


def infohash(name: str) -> str:
    return hashlib.sha1(name.encode()).hexdigest()


def row(name: str, files: Files) -> dict[str, Any]:
    return {
        "infohash": infohash(name),
        "name": name,
        "size": sum(file["size"] for file in files),
        "files": files,
        "seeders": _rng.randrange(200),
        "leechers": _rng.randrange(40),
        "observed_at": SEEN,
    }


def dirty() -> list[str]:
    """Rows that a real dump would have: each is skipped with a reason, repaired, banned, or newer
    than another.
    """
    good = row("Quiet Orbit Soundtrack - Live Session", [_file("session.flac", 200)])
    newer = {
        **good,
        "name": "Quiet Orbit Soundtrack - Live Session (2020) [FLAC]",
        "observed_at": SEEN + 86_400,
    }
    many = {
        **row("A Very Long Free Sample Library (WAV)", []),
        "files": [_file(f"wav/{n:05}.wav", 0.5) for n in range(5_000)],
    }
    many.pop("size")
    bad: list[Any] = [
        good,
        newer,
        many,
        {
            **row("control characters", []),
            "name": "Tidal\x00 Clock - \x1b[31mRed\x1b[0m Hour (2015) [FLAC]",
        },
        {**row("no files known", []), "files": None, "size": None},
        {**row("bad hash", []), "infohash": "not-a-hash"},
        {**row("short hash", []), "infohash": "abcdef"},
        {**row("no name", []), "name": ""},
        {**row("only spaces", []), "name": "   "},
        {**row("minus", []), "size": -5},
        {**row("huge", []), "size": 2**70},
        {**row("file of no size", []), "files": [{"path": "a.mkv", "size": "many"}]},
        {**row("files are no list", []), "files": "a.mkv"},
        {**row("name is a number", []), "name": 17},
        row("mimmo-banned-placeholder 1", []),
        row("M1mmo.Banned_Placeholder 2", []),
        {**row("date of long ago", []), "observed_at": -1},
        {**row("peers below none", []), "seeders": -4},
    ]
    return [
        *(json.dumps(one, ensure_ascii=False) for one in bad),
        "this is no JSON",
        '{"infohash": "cut off',
        "[]",
        "null",
        "",
    ]


def rows() -> list[Row]:
    """Every clean row, shuffled alike each time."""
    everything = [*films(), *series(), *music(), *books(), *software(), *others()]
    unique = list({one[0]: one for one in everything}.values())
    _rng.shuffle(unique)
    return unique


def main() -> None:
    _rng.seed(20260101)
    clean = rows()
    lines = [json.dumps(row(name, files), ensure_ascii=False) for name, _, _, files in clean]
    for place, line in enumerate(dirty()):
        lines.insert(10 + place * 14, line)
    data = ("\n".join(lines) + "\n").encode()
    (HERE / "demo.jsonl.gz").write_bytes(gzip.compress(data, compresslevel=9, mtime=0))
    truth = [
        json.dumps(
            {"infohash": infohash(name), "name": name, "medium": medium, "sub": sub},
            ensure_ascii=False,
        )
        for name, medium, sub, _ in clean
    ]
    (HERE / "expected.jsonl").write_text("\n".join(sorted(truth)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
