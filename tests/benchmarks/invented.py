"""An invented catalogue, and torrents of what is in it: names and file lists as people make them.

Everything is drawn from a seed. A torrent is a function of the seed and its number, so that a dump
of any size needs no memory, and a torrent that is seen again is made again.
"""

import hashlib
import random
from dataclasses import dataclass
from typing import Any

MEAN_FILES = 12
_DAY = 86_400
_FIRST_SEEN = 1_767_225_600  # 2026-01-01
_MB = 1_000_000

_STARTS = ["b", "br", "c", "ch", "d", "dr", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p"]
_STARTS += ["r", "s", "sh", "st", "t", "tr", "v", "w", "z"]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ou", "á", "é", "ö"]
_ENDS = ["", "", "n", "r", "l", "s", "nd", "rk", "th", "m"]
_CYRILLIC = ["река", "север", "дом", "снег", "поле", "мост", "луна", "ветер", "город", "сад"]
_SCREENS = ("480p", "720p", "1080p", "1080p", "2160p")
_ORIGINS = ("BluRay", "WEB-DL", "WEBRip", "HDTV", "DVDRip", "BDRip")
_CODECS = ("x264", "x265", "HEVC", "XviD", "H.264", "AV1")
_SOUNDS = ("FLAC", "MP3 320", "320kbps", "V0", "24bit FLAC", "AAC")
_BOOKS = ("epub", "pdf", "mobi", "azw3", "djvu")
_PROGRAMS = ("Pro", "Studio", "Portable", "Setup", "Suite", "Tools")
_EXTRAS = ("readme.nfo", "cover.jpg", "info.txt")

KINDS = ("movie", "episode", "season", "album", "track", "program", "book", "pictures")
_SHARES = (22, 20, 8, 18, 4, 14, 12, 2)


@dataclass(frozen=True)
class Catalogue:
    """Words, titles, people and groups that no one has heard of."""

    titles: tuple[str, ...]
    people: tuple[str, ...]
    groups: tuple[str, ...]

    @classmethod
    def of(cls, seed: int) -> "Catalogue":
        """The catalogue of a seed."""
        dice = random.Random(seed)
        words = [_word(dice) for _ in range(3_000)] + _CYRILLIC * 10
        titles = [
            " ".join(dice.choices(words, k=dice.choice((1, 2, 2, 3, 3, 4)))).title()
            for _ in range(20_000)
        ]
        people = [" ".join(dice.choices(words, k=2)).title() for _ in range(5_000)]
        groups = ["".join(dice.choices("ABCDEFGHKLMNPRSTVXZ", k=4)) for _ in range(200)]
        return cls(tuple(titles), tuple(people), tuple(groups))


def _word(dice: random.Random) -> str:
    syllables = (
        dice.choice(_STARTS) + dice.choice(_VOWELS) + dice.choice(_ENDS)
        for _ in range(dice.choice((1, 2, 2, 3)))
    )
    return "".join(syllables)


class Torrents:
    """The torrents of a seed, by number."""

    def __init__(self, seed: int, files_share: float) -> None:
        self._seed = seed
        self._files_share = files_share
        self._catalogue = Catalogue.of(seed)
        self._dice = random.Random()

    def row(self, number: int, seen: int) -> dict[str, Any]:
        """A torrent as a row of a dump, as it was seen in row `seen` of the dump.

        What is seen again differs in its swarm and in when it was seen, and in nothing else.
        """
        self._dice.seed(self._seed << 40 | number)
        draw = self._dice.random
        titles, groups = self._catalogue.titles, self._catalogue.groups
        kind = self._dice.choices(KINDS, _SHARES)[0]
        title = titles[int(draw() * len(titles))]
        group = groups[int(draw() * len(groups))]
        name, stem, ending, megabytes = getattr(self, f"_{kind}")(title, group)
        row = {
            "infohash": hashlib.sha1(b"%d:%d" % (self._seed, number)).hexdigest(),
            "name": name,
        }
        if draw() < self._files_share:
            count = 1 + int(self._dice.expovariate(1 / (MEAN_FILES - 0.5)))
            row["files"] = self._files(count, stem, ending, megabytes * _MB)
            row["size"] = sum(file["size"] for file in row["files"])
        else:
            row["size"] = int(megabytes * _MB * (1 + 9 * draw()))
        row["created_at"] = _FIRST_SEEN - int(draw() * 3_000) * _DAY
        row["observed_at"] = _FIRST_SEEN + seen
        row["seeders"] = int(self._dice.paretovariate(1)) % 5_000 + seen % 3
        row["leechers"] = int(draw() * 20)
        return row

    def _files(self, count: int, stem: str, ending: str, size: float) -> list[dict[str, Any]]:
        draw, titles = self._dice.random, self._catalogue.titles
        start, total = int(draw() * len(titles)), len(titles)
        files = [
            {
                "path": f"{stem}{number:02} - {titles[(start + number) % total]}.{ending}",
                "size": int(size * (0.5 + draw())),
            }
            for number in range(1, count + 1)
        ]
        if count > 3:
            files[-1] = {"path": _EXTRAS[int(draw() * 3)], "size": int(draw() * 90_000) + 100}
        return files

    def _choice(self, values: tuple[str, ...]) -> str:
        return values[int(self._dice.random() * len(values))]

    def _year(self) -> int:
        return 1950 + int(self._dice.random() * 76)

    def _release(self, middle: str, title: str, group: str) -> str:
        dots = title.replace(" ", ".")
        screen, origin = self._choice(_SCREENS), self._choice(_ORIGINS)
        return f"{dots}.{middle}.{screen}.{origin}.{self._choice(_CODECS)}-{group}"

    def _movie(self, title: str, group: str) -> tuple[str, str, str, float]:
        if self._dice.random() < 0.3:
            name = f"{title} ({self._year()}) [{self._choice(_SCREENS)}]"
        else:
            name = self._release(str(self._year()), title, group)
        return name, "", "mkv", 900

    def _episode(self, title: str, group: str) -> tuple[str, str, str, float]:
        season, episode = 1 + int(self._dice.random() * 12), 1 + int(self._dice.random() * 24)
        return self._release(f"S{season:02}E{episode:02}", title, group), "", "mkv", 350

    def _season(self, title: str, group: str) -> tuple[str, str, str, float]:
        season = 1 + int(self._dice.random() * 12)
        name = self._release(f"S{season:02}", title, group)
        return name, f"{title.replace(' ', '.')}.S{season:02}E", "mkv", 350

    def _album(self, title: str, group: str) -> tuple[str, str, str, float]:
        who, sound, year = self._choice(self._catalogue.people), self._choice(_SOUNDS), self._year()
        style = self._dice.random()
        if style < 0.6:
            name = f"{who} - {title} ({year}) [{sound}]"
        elif style < 0.8:
            name = f"{who} - {year} - {title} {sound}"
        else:
            name = f"{who} - Discography {year - 9}-{year} ({sound})"
        return name, "", "flac" if "FLAC" in sound else "mp3", 22

    def _track(self, title: str, group: str) -> tuple[str, str, str, float]:
        return f"{self._choice(self._catalogue.people)} - {title}.mp3", "", "mp3", 8

    def _program(self, title: str, group: str) -> tuple[str, str, str, float]:
        version = f"{self._dice.random() * 20:.2f}"
        if self._dice.random() < 0.4:
            return f"{title} [v {version} + DLC] (2021) PC RePack", "data", "bin", 400
        return f"{title} {self._choice(_PROGRAMS)} {version} x64 Multilingual", "", "exe", 60

    def _book(self, title: str, group: str) -> tuple[str, str, str, float]:
        ending, who = self._choice(_BOOKS), self._choice(self._catalogue.people)
        return f"{who} - {title} ({self._year()}) {ending}", f"{who} - ", ending, 4

    def _pictures(self, title: str, group: str) -> tuple[str, str, str, float]:
        return f"{title} Wallpapers Pack {group}", "", "jpg", 3
