"""Rows of every kind but music."""

from collections.abc import Iterator

from streams.lab.sample.torrents import works
from streams.lab.sample.torrents.rows import Row, file

_FILM_STYLES = (
    "{dots}.{year}.1080p.BluRay.x264-GRP",
    "{title} ({year}) [720p] [WEBRip]",
    "{title} {year} DVDRip XviD-OLD",
    "[PublicDomain] {title} ({year}) BDRip 1080p",
    "{dots}.{year}.2160p.UHD.BluRay.REMUX.HEVC-GRP",
    "{title} ({year})",
)


def films() -> Iterator[Row]:
    """Films as people name them."""
    for number, (title, year) in enumerate(works.FILMS):
        style = _FILM_STYLES[number % len(_FILM_STYLES)]
        name = style.format(title=title, dots=title.replace(" ", "."), year=year)
        files = [
            file(f"{name}/{name}.mkv", 2500),
            file(f"{name}/{name}.srt", 0.1),
            file(f"{name}/Sample/sample.mkv", 30),
        ]
        yield name, "video", "movie", files[: 1 + number % 3]
    for name in works.FILMS_ELSEWHERE:
        files = [file(f"{name}/{name}.avi", 700), file(f"{name}/poster.jpg", 0.4)]
        yield name, "video", "movie", files


def series() -> Iterator[Row]:
    """Episodes, seasons and series, music videos and courses."""
    for title, seasons, episodes in works.SERIES:
        yield from _seasons(title, seasons, episodes)
        if seasons > 1:
            yield _whole_series(title, seasons, episodes)
    for title in works.FANSUBS:
        for number in (1, 2, 12):
            path = f"[FreeSubs] {title} - {number:02} [720p].mkv"
            yield path, "video", "episode", [file(path, 350)]
    for name in works.MUSIC_VIDEOS:
        yield name, "video", "music_video", [file(f"{name}.mkv", 120)]
    for name in works.COURSES:
        lectures = [f"{name}/{part:02} - Lecture {part}.mp4" for part in range(1, 13)]
        yield name, "video", "video_other", [file(path, 250) for path in lectures]


def books() -> Iterator[Row]:
    """E-books, comics and magazines."""
    suffixes = (" (epub, mobi)", " [Project Gutenberg]", ".epub")
    for number, (author, title) in enumerate(works.BOOKS):
        name = f"{author} - {title}" + suffixes[number % 3]
        yield name, "book", "ebook", [file(f"{author} - {title}.epub", 1)]
    for name in works.COMICS:
        paths = [f"{name}/{name} {part:02}.cbz" for part in range(1, 4)]
        yield name, "book", "comic", [file(path, 30) for path in paths]
    for name in works.MAGAZINES:
        yield name, "book", "magazine", [file(f"{name}.pdf", 20)]


def software() -> Iterator[Row]:
    """Systems, applications and games."""
    for name in works.SYSTEMS:
        yield f"{name}.iso", "software", "software_other", [file(f"{name}.iso", 3000)]
    for name in works.APPLICATIONS:
        files = [file(f"{name}/setup.exe", 150), file(f"{name}/readme.txt", 0.01)]
        yield name, "software", "application", files
    for name in works.GAMES:
        parts = [file(f"{name}/data{part}.bin", 700) for part in range(1, 4)]
        yield name, "software", "game", [file(f"{name}/setup.exe", 10), *parts]


def others() -> Iterator[Row]:
    """Images, and what is nothing of all this."""
    for name in works.IMAGES:
        yield name, "other", "images", [file(f"{name}/{part:03}.jpg", 4) for part in range(1, 25)]
    for name in works.OTHERS:
        yield name, "other", "other", [file(f"{name}/part{part}.dat", 300) for part in range(1, 4)]


def _seasons(title: str, seasons: int, episodes: int) -> Iterator[Row]:
    """Of every season three episodes, and the season."""
    dots = title.replace(" ", ".")
    for season in range(1, seasons + 1):
        listed = [
            f"{dots}.S{season:02}E{number:02}.720p.WEB.h264-INV.mkv"
            for number in range(1, episodes + 1)
        ]
        for path in listed[:3]:
            yield path.removesuffix(".mkv"), "video", "episode", [file(path, 700)]
        name = f"{dots}.S{season:02}.720p.WEB.h264-INV"
        yield name, "video", "season", [file(f"{name}/{path}", 700) for path in listed]


def _whole_series(title: str, seasons: int, episodes: int) -> Row:
    name = f"{title} - Complete Series S01-S{seasons:02} 720p"
    dots = title.replace(" ", ".")
    files = [
        file(f"{name}/Season {season}/{dots}.S{season:02}E{number:02}.mkv", 600)
        for season in range(1, seasons + 1)
        for number in range(1, episodes + 1)
    ]
    return name, "video", "series", files
