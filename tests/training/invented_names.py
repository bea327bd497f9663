"""Labelled names that nobody has seen: made of syllables, in the forms that torrents have."""

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

LABELLED = "names/p2p_labelled.jsonl.gz"

_LISTED = (
    "ba be bo da de do fa fi ga go ha he ka ki la le li lo ma me mi mo na ne ni no pa pe"
    " ra re ri ro sa se si so ta te ti to va ve vo za zi"
)
_SYLLABLES = _LISTED.split()

_FORMS = {
    ("audio", "album"): (
        "{a} - {t} ({y}) [FLAC]",
        "{a} - {t} ({y}) MP3 {k}kbps",
        "{a}-{d}-CD-{y}-{g}",
        "{a} - {y} - {t} [{k}]",
    ),
    ("audio", "track"): ("{n:02d} - {a} - {t}.mp3", "{a} - {t}.flac", "{n:02d}. {t}.m4a"),
    ("video", "episode"): (
        "{d}.S{n:02d}E{m:02d}.{r}p.HDTV.x264-{g}",
        "[{g}] {t} - {m:02d} [{r}p].mkv",
        "{t} {n}x{m:02d}.avi",
        "{d}.S{n:02d}E{m:02d}.WEB-DL",
    ),
    ("video", "movie"): (
        "{d}.{y}.{r}p.BluRay.x264-{g}",
        "{t} ({y}) [{r}p]",
        "{t} {y} DVDRip XviD",
        "{d}.{y}.WEBRip.AAC",
    ),
    ("software", "application"): (
        "{t} v{n}.{m}.{k} + Keygen",
        "{t} Pro {y} x64 Portable",
        "{t} {n}.{m} Multilingual macOS",
        "{w} Setup {n}.{m}.exe",
    ),
    ("software", "game"): ("{t} v{n}.{m} [{g} Repack]", "{d}-CODE{k}", "{t} GOG v{n}.{k}"),
    ("book", "ebook"): (
        "{a} - {t} (epub)",
        "{t} - {a}.pdf",
        "{a} - {t} ({y}) [mobi]",
        "{t}, {n}th Edition - {a} PDF",
    ),
    ("book", "magazine"): ("{t} Magazine - {n} {y}", "{w} Weekly {m} {y} True PDF"),
    ("other", "images"): ("{w} wallpapers pack {n}", "IMG_{k}{m:02d}.jpg", "{w}_photos_{y}"),
}


def rows(count: int, seed: int) -> Iterator[dict[str, object]]:
    """Labelled rows; other seeds have other words."""
    rng = random.Random(seed)
    kinds = list(_FORMS)
    for _ in range(count):
        medium, sub = rng.choices(kinds, weights=[3, 2, 5, 5, 2, 2, 2, 1, 1])[0]
        title = " ".join(_word(rng) for _ in range(rng.randint(1, 3)))
        name = rng.choice(_FORMS[medium, sub]).format(
            a=f"{_word(rng)} {_word(rng)}",
            t=title,
            d=title.replace(" ", "."),
            w=_word(rng),
            g=_word(rng).upper(),
            y=rng.randint(1980, 2019),
            k=rng.randint(100, 999),
            r=rng.choice((480, 720, 1080, 2160)),
            n=rng.randint(1, 12),
            m=rng.randint(1, 24),
        )
        yield {"name": name, "medium": medium, "sub": sub, "nsfw": False}


def write(folder: Path, count: int, seed: int = 1) -> Path:
    """A data folder that has only labelled names."""
    path = folder / LABELLED
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows(count, seed))
    return folder


def _word(rng: random.Random) -> str:
    return "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))).title()
