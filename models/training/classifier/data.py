"""The training rows: real names with labels, some with invented file tails, and a held-out part for calibration."""

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.classify.text import name_text
from schemas.media import MEDIUM_OF, Medium, Subcategory

LABELLED = "names/p2p_labelled.jsonl.gz"
WIDER = ("names/p2p_by_category.jsonl.gz", "names/rarbg.jsonl.gz")
"""Names read only to choose the vocabulary: pieces that P2P names use beyond the labelled ones."""

UNSURE_WEIGHT = 0.4
"""Weight of a row whose reader was not sure: its label is right more often than not, but should not overrule."""

HELD_OUT = 0.06
"""Share kept from training for the temperature and the threshold: 1,700 rows give an ECE to within about 0.01."""

TAILS = 0.3
"""Share of training rows shown with file tails."""

_ARCHIVES = ("{slug}.rar", "{slug}.part01.rar", "{slug}.r00", "{slug}.zip", "{slug}.7z", "{slug}.iso", "{slug}.nrg", "data.bin")
_TAILS: dict[Medium, tuple[str, ...]] = {
    Medium.AUDIO: ("{n:02d} - {word}.mp3", "{n:02d} {word}.flac", "{n:02d}. {word}.m4a", "{slug}.cue", "Track {n:02d}.wav"),
    Medium.VIDEO: ("{slug}.mkv", "{slug}.avi", "{slug}.mp4", "VTS_01_{n}.VOB", "0000{n}.m2ts", "{word}.wmv"),
    Medium.SOFTWARE: ("setup.exe", "{slug}.exe", "{slug}.dmg", "data{n}.bin", "fg-{n:02d}.bin", "{slug}.apk", "{word}.dll"),
    Medium.BOOK: ("{slug}.pdf", "{slug}.epub", "{slug}.mobi", "{slug}.cbz", "{slug}.cbr", "{slug}.djvu", "{word}.fb2"),
    Medium.OTHER: ("{word}{n:03d}.jpg", "{word}.png", "{word}.dat", "{n:04d}.jpg", "{word}.txt"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled name; `tails` are invented file tails, `weight` is its share in the loss."""

    name: str
    medium: Medium
    subcategory: Subcategory
    nsfw: bool
    sure: bool
    tails: tuple[str, ...] = ()

    @property
    def weight(self) -> float:
        return 1.0 if self.sure else UNSURE_WEIGHT


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a (gzipped) JSON-lines file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def labelled(data: Path) -> list[Row]:
    """All rows of p2p_labelled; a row whose subcategory is not of its medium is an error in the data and raises ValueError."""
    rows = []
    for raw in read_json_lines(data / LABELLED):
        row = Row(
            name=str(raw["name"]),
            medium=Medium(str(raw["medium"])),
            subcategory=Subcategory(str(raw["sub"])),
            nsfw=bool(raw.get("nsfw")),
            sure=not raw.get("unsure"),
        )
        if MEDIUM_OF[row.subcategory] != row.medium:
            raise ValueError(f"{row.subcategory} is no subcategory of {row.medium}")
        rows.append(row)
    return rows


def split(rows: list[Row], held_out: float = HELD_OUT) -> tuple[list[Row], list[Row]]:
    """Training and held-out rows, by a hash of the folded name: stable when rows are added, and near-copies stay together."""
    train: list[Row] = []
    held: list[Row] = []
    for row in rows:
        folded = "".join(c for c in row.name.lower() if c.isalnum())[:40]
        place = int.from_bytes(hashlib.sha256(folded.encode()).digest()[:4], "big") / 2**32
        (held if place < held_out else train).append(row)
    return train, held


def with_tails(rows: list[Row], rng: random.Random, share: float = TAILS) -> list[Row]:
    """Give some rows invented file tails: of their medium, or archives that say nothing, so that both are read."""
    out = []
    for row in rows:
        if rng.random() < share:
            kinds = _ARCHIVES if rng.random() < 0.5 else _TAILS[row.medium]
            words = [w for w in row.name.replace(".", " ").replace("_", " ").split() if w.isalnum()] or ["file"]
            tails = tuple(
                kind.format(slug=_slug(row.name, rng), word=rng.choice(words), n=rng.randint(1, 9))
                for kind in rng.choices(kinds, k=rng.randint(1, 3))
            )
            row = replace(row, tails=tails)
        out.append(row)
    return out


def vocabulary_texts(data: Path, rows: list[Row], wider_share: int = 4) -> Iterator[tuple[str, int]]:
    """Texts with weights for choosing the vocabulary: the labelled names, and every fourth of the wider ones."""
    for row in rows:
        yield name_text(row.name), 5
    for file in WIDER:
        if (data / file).is_file():
            for index, raw in enumerate(read_json_lines(data / file)):
                if index % wider_share == 0:
                    yield name_text(str(raw["name"])), 1


def _slug(name: str, rng: random.Random) -> str:
    stem = name[: rng.randint(8, 40)]
    return stem.replace(" ", ".").lower() if rng.random() < 0.4 else stem
