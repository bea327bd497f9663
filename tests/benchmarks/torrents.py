"""A seeded mix of invented torrents with their labels.

`python -m tests.benchmarks.torrents [COUNT] > cases.jsonl` writes them. They are what a DHT brings,
as far as names can be invented: half come with files. Of those two thirds are plain to the
extensions (the rest are archives, disc images and installers), so that a third of all are decided
there; of the bare names a third carry marks that patterns know, and the others are titles. Nothing
was trained on it: it also measures file lists.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator
from typing import Any

_WORDS = [
    "paper",
    "harbour",
    "lantern",
    "street",
    "low",
    "tide",
    "fog",
    "tycoon",
    "robots",
    "tea",
    "house",
    "captain",
    "winter",
    "garden",
    "silver",
    "river",
    "night",
    "copper",
    "bridge",
    "orchard",
    "signal",
    "north",
    "mirror",
    "salt",
    "engine",
    "valley",
    "ember",
    "quiet",
    "thunder",
    "cedar",
    "glass",
    "marble",
    "falcon",
    "meadow",
    "rust",
]
_PEOPLE = (
    "Jane Author",
    "Aurora Vale",
    "The Copper Kings",
    "Ludwig van Beethoven",
    "Walt Whitman",
    "Лев Озеров",
    "Ana Ríos",
)
_FILMS = (
    "Nosferatu",
    "The General",
    "Night of the Living Dead",
    "Metropolis",
    "Sintel",
    "Big Buck Bunny",
    "His Girl Friday",
)
_SYSTEMS = (
    "ubuntu-{n}.04-desktop-amd64",
    "debian-{n}.2.0-amd64-netinst",
    "Fedora-Workstation-Live-{n}",
    "archlinux-20{n}.05.01-x86_64",
)
_GROUPS = ("INV", "GRP", "PublicDomain", "FreeRip", "OLDTAPE")
_JUNK = ("readme.nfo", "cover.jpg", "Downloaded from example.org.txt", "_____padding_file_0_____")
MB = 1_000_000

Case = dict[str, Any]


class _Maker:
    """Draws torrents; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def title(self) -> str:
        if self.rng.random() < 0.15:
            return self.rng.choice(_FILMS)
        return " ".join(self.rng.sample(_WORDS, self.rng.randint(2, 4))).title()

    def files(
        self, paths: list[str], megabytes: float, *, junk: bool = True
    ) -> list[dict[str, Any]]:
        listed = [
            {"path": path, "size": int(megabytes * MB * self.rng.uniform(0.7, 1.3))}
            for path in paths
        ]
        if junk and self.rng.random() < 0.6:
            listed.append({"path": self.rng.choice(_JUNK), "size": self.rng.randint(100, 400_000)})
        return listed

    def archives(self, name: str) -> list[dict[str, Any]]:
        stem = name.replace(" ", ".").lower()
        parts = [f"{stem}.rar", *(f"{stem}.r{part:02}" for part in range(self.rng.randint(2, 30)))]
        return self.files(parts, 50)

    def audio(self) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
        rng, who, title, year = (
            self.rng,
            self.rng.choice(_PEOPLE),
            self.title(),
            self.rng.randint(1960, 2024),
        )
        ending = rng.choice(("mp3", "flac", "m4a"))
        tracks = [
            f"{number:02} - {self.title()}.{ending}" for number in range(1, rng.randint(8, 16))
        ]
        style = rng.choice(
            (
                "{w} - {t} ({y}) [FLAC]",
                "{w} - {t} ({y}) MP3 320",
                "{w} - {y} - {t} (320 kbps)",
                "{w} - {t} [{y}, FLAC]",
            )
        )
        album = style.format(w=who, t=title, y=year)
        yield album, "audio", "album", self.files(tracks, 9 if ending == "mp3" else 28)
        yield (
            f"{who} - {title}.{ending}",
            "audio",
            "track",
            self.files([f"{who} - {title}.{ending}"], 9, junk=False),
        )
        albums = [f"{year + i} - {self.title()}/{track}" for i in range(4) for track in tracks]
        yield (
            f"{who} - Discography {year}-{year + 4} [{ending.upper()}]",
            "audio",
            "collection",
            self.files(albums, 9),
        )
        parts = [f"{who} - {title} - Chapter {number:02}.mp3" for number in range(1, 20)]
        yield f"{who} - {title} (Unabridged Audiobook)", "audio", "audiobook", self.files(parts, 25)

    def video(self) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
        rng, title, year, group = (
            self.rng,
            self.title(),
            self.rng.randint(1920, 2024),
            self.rng.choice(_GROUPS),
        )
        dots, season = title.replace(" ", "."), rng.randint(1, 9)
        film = rng.choice(
            (
                f"{dots}.{year}.1080p.BluRay.x264-{group}",
                f"{title} ({year}) [720p]",
                f"{title} {year} DVDRip XviD",
            )
        )
        extras = [f"{film}.mkv", "Sample/sample.mkv", "Subs/English.srt"]
        yield film, "video", "movie", self.files(extras[: rng.randint(1, 3)], 900)
        episode = f"{dots}.S{season:02}E{rng.randint(1, 20):02}.720p.WEB.x264-{group}"
        yield episode, "video", "episode", self.files([f"{episode}.mkv"], 400)
        listed = [f"{dots}.S{season:02}E{number:02}.mkv" for number in range(1, rng.randint(7, 14))]
        yield (
            f"{title} Season {season} Complete 720p WEB",
            "video",
            "season",
            self.files(listed, 400),
        )
        lessons = [
            f"{chapter:02} {self.title()}/{number:03} Lesson {number}.mp4"
            for chapter in (1, 2, 3)
            for number in (1, 2, 3)
        ]
        yield (
            f"Udemy - {title} Complete Course for Beginners",
            "video",
            "video_other",
            self.files(lessons, 80),
        )
        discs = [f"VIDEO_TS/VTS_{number:02}_1.VOB" for number in range(1, 6)] + [
            "VIDEO_TS/VIDEO_TS.IFO"
        ]
        yield f"{title} ({year}) DVD9 PAL", "video", "movie", self.files(discs, 900)

    def software(self) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
        rng, title, version = (
            self.rng,
            self.title(),
            f"{self.rng.randint(1, 20)}.{self.rng.randint(0, 9)}.{self.rng.randint(0, 400)}",
        )
        game = f"{title} [v {version} + DLCs] (2021) PC RePack"
        bins = [f"data-{number}.bin" for number in range(1, rng.randint(3, 12))]
        yield game, "software", "game", self.files([*bins, "setup.exe"], 700)
        yield (
            f"{title} Pro {version} x64 Multilingual",
            "software",
            "application",
            self.files(["Setup.exe", "Crack/patch.exe"], 80),
        )
        system = rng.choice(_SYSTEMS).format(n=rng.randint(10, 24)) + ".iso"
        yield system, "software", "software_other", self.files([system], 3000, junk=False)
        yield (
            f"{title} v{version} Android.apk",
            "software",
            "software_other",
            self.files([f"{title}.apk"], 60, junk=False),
        )
        yield (
            f"{title} [NSP] Nintendo Switch",
            "software",
            "game",
            self.files([f"{title}.nsp"], 2000),
        )

    def book(self) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
        rng, who, title = self.rng, self.rng.choice(_PEOPLE), self.title()
        ending = rng.choice(("epub", "pdf", "mobi", "fb2"))
        yield (
            f"{who} - {title}.{ending}",
            "book",
            "ebook",
            self.files([f"{who} - {title}.{ending}"], 3, junk=False),
        )
        yield (
            f"{who} - {title} (epub)",
            "book",
            "ebook",
            self.files([f"{title}.epub", f"{title}.mobi"], 2),
        )
        comics = [
            f"{title} {number:03} (2019) (digital).cbz" for number in range(1, rng.randint(2, 9))
        ]
        yield (
            f"{title} 001-{len(comics):03} (2019) (Digital)",
            "book",
            "comic",
            self.files(comics, 45),
        )
        yield (
            f"{title} Magazine - March 2021 (True PDF)",
            "book",
            "magazine",
            self.files([f"{title} - March 2021.pdf"], 30),
        )

    def other(self) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
        pictures = [
            f"{self.title()} {number:03}.jpg" for number in range(1, self.rng.randint(20, 90))
        ]
        yield f"{self.title()} Wallpapers Pack", "other", "images", self.files(pictures, 3)


def mix(count: int, seed: int = 1) -> list[Case]:
    """Cases as `python -m models evaluate classify` reads them."""
    maker = _Maker(seed)
    rng = maker.rng
    media = {"video": 0.5, "audio": 0.2, "software": 0.15, "book": 0.13, "other": 0.02}
    out: list[Case] = []
    while len(out) < count:
        medium = rng.choices(list(media), list(media.values()))[0]
        name, _, sub, files = rng.choice(list(getattr(maker, medium)()))
        case: Case = {"name": name, "medium": medium, "sub": sub, "nsfw": False, "sure": 1}
        if rng.random() < 0.5:
            archived = medium != "other" and rng.random() < 0.3
            case["files"] = maker.archives(name) if archived else files
        out.append(case)
    return out


def main() -> int:
    """Write cases to standard output."""
    reading = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.torrents", description="Invented torrents with labels."
    )
    reading.add_argument("count", type=int, nargs="?", default=2_000, metavar="COUNT")
    for case in mix(reading.parse_args().count):
        sys.stdout.write(json.dumps(case, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
