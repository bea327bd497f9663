"""Names in other dress: as another uploader would have named the work, and with files beside it.

A classifier that has read one style only leans on it. Separators and case are changed, release
groups and brackets dropped, tails of files invented; what the changed name is worth, the teacher
says.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from models.training.classifier.data import Row
from schemas.media import Medium

_ARCHIVES = (
    "{slug}.rar",
    "{slug}.part01.rar",
    "{slug}.r00",
    "{slug}.zip",
    "{slug}.7z",
    "{slug}.iso",
    "{slug}.nrg",
    "data.bin",
)
_TAILS: dict[Medium, tuple[str, ...]] = {
    Medium.AUDIO: (
        "{n:02d} - {word}.mp3",
        "{n:02d} {word}.flac",
        "{n:02d}. {word}.m4a",
        "{slug}.cue",
        "Track {n:02d}.wav",
    ),
    Medium.VIDEO: (
        "{slug}.mkv",
        "{slug}.avi",
        "{slug}.mp4",
        "VTS_01_{n}.VOB",
        "0000{n}.m2ts",
        "{word}.wmv",
    ),
    Medium.SOFTWARE: (
        "setup.exe",
        "{slug}.exe",
        "{slug}.dmg",
        "data{n}.bin",
        "fg-{n:02d}.bin",
        "{slug}.apk",
        "{word}.dll",
    ),
    Medium.BOOK: (
        "{slug}.pdf",
        "{slug}.epub",
        "{slug}.mobi",
        "{slug}.cbz",
        "{slug}.cbr",
        "{slug}.djvu",
        "{word}.fb2",
    ),
    Medium.OTHER: ("{word}{n:03d}.jpg", "{word}.png", "{word}.dat", "{n:04d}.jpg", "{word}.txt"),
}
_GROUP = re.compile(r"-[A-Za-z0-9]{2,15}$|^\[[^\]]{2,20}\]\s*")
_ENDING = re.compile(r"\.[a-z0-9]{2,4}$", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[\[(][^\])]*[\])]")
_AFTER_YEAR = re.compile(r"(?<=[ ._(\[])((?:19|20)\d\d)\b.*$")


def redressed(name: str, rng: random.Random) -> str:
    """The name in another style; sometimes the same, never empty."""
    text = name
    if rng.random() < 0.35:
        text = _GROUP.sub("", text)
    if rng.random() < 0.2:
        text = _ENDING.sub("", text)
    if rng.random() < 0.2:
        text = _BRACKETS.sub("", text, count=rng.randint(1, 3))
    if rng.random() < 0.15:
        text = _AFTER_YEAR.sub(lambda match: match[1] if rng.random() < 0.6 else "", text)
    if rng.random() < 0.1:
        words = text.split()
        if len(words) > 3:
            del words[rng.randrange(len(words))]
            text = " ".join(words)
    if rng.random() < 0.3:
        text = re.sub(r"[ ._]+", rng.choice([" ", ".", "_", " "]), text)
    case = rng.random()
    if case < 0.12:
        text = text.lower()
    elif case < 0.16:
        text = text.upper()
    elif case < 0.24:
        text = text.title()
    text = text.strip(" ._-")
    return text or name


def copies(rows: Sequence[Row], count: int, rng: random.Random, trust: float) -> list[Row]:
    """`count` redressed copies of each row.

    A copy may have lost something, so it is trusted less than the row it was made of.
    """
    return [
        replace(row, name=redressed(row.name, rng), trust=min(row.trust, trust), nsfw_trust=trust)
        for row in rows
        for _ in range(count)
    ]


def with_tails(rows: Sequence[Row], rng: random.Random, share: float) -> list[Row]:
    """Give some rows invented file tails: of their medium, or archives that say nothing.

    So both are read.
    """
    shown = []
    for row in rows:
        if row.medium is not None and rng.random() < share:
            kinds = _ARCHIVES if rng.random() < 0.5 else _TAILS[row.medium]
            words = [
                w for w in row.name.replace(".", " ").replace("_", " ").split() if w.isalnum()
            ] or ["file"]
            tails = tuple(
                kind.format(slug=_slug(row.name, rng), word=rng.choice(words), n=rng.randint(1, 9))
                for kind in rng.choices(kinds, k=rng.randint(1, 3))
            )
            row = replace(row, tails=tails)
        shown.append(row)
    return shown


def _slug(name: str, rng: random.Random) -> str:
    stem = name[: rng.randint(8, 40)].replace("{", "").replace("}", "")
    return stem.replace(" ", ".").lower() if rng.random() < 0.4 else stem
