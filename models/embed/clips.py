"""Sounds and what is said of them: JSON lines, or a folder of sounds."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.embed.store import Entry
from schemas.whole_file import whole

ENDINGS = frozenset({".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3"})
"""Of files that are taken for sounds."""


class BadClips(ValueError):
    """A file or folder holds no clips that can be read; the message says why."""


class Clip(BaseModel):
    """A sound, or a part of one, and what is said of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(min_length=1)]
    work: Annotated[str, Field(min_length=1)]
    """Clips of one work are held out together."""
    texts: Annotated[tuple[str, ...], Field(min_length=1)]
    audio: Path
    """File of the sound, from the folder of the clips."""
    start: Annotated[float, Field(ge=0)] = 0.0
    """Seconds at which it begins in the file."""
    seconds: Annotated[float, Field(gt=0)] | None = None
    """How much of it is heard. None: to the end."""
    licence: str | None = None
    url: str | None = None
    """Where it comes from."""

    @property
    def entry(self) -> Entry:
        """Its row in a store."""
        return Entry(id=self.id, work=self.work, texts=self.texts)


def read_clips(path: Path) -> list[Clip]:
    """The clips of JSON lines; their sounds are looked for from the file's folder.

    Raises:
        BadClips: a line is none, an id comes twice, or there is no line.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise BadClips(f"{path} cannot be read: {error.strerror}") from error
    clips = []
    for number, line in enumerate(lines, 1):
        try:
            clip = Clip.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise BadClips(f"{path}, line {number}: {place}: {first['msg']}") from error
        clips.append(clip.model_copy(update={"audio": path.parent / clip.audio}))
    return _distinct(clips, path)


def write_clips(clips: Iterable[Clip], path: Path) -> int:
    """Write clips as JSON lines, whole or not at all; returns how many."""
    count = 0
    with whole(path) as stream:
        for clip in clips:
            row = clip.model_dump(mode="json", exclude_defaults=True)
            line = json.dumps(row, ensure_ascii=False) + "\n"
            stream.write(line.encode("utf-8", "replace"))
            count += 1
    return count


def clips_in(folder: Path) -> list[Clip]:
    """All sounds below a folder: what is said of one stands in a text file of its name beside it.

    Where there is none, its path in words is. A file that changes is another clip.

    Raises:
        BadClips: there is no sound.
    """
    paths = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS)
    clips = [_of(path, folder) for path in paths if path.is_file()]
    return _distinct(clips, folder)


def name_of(identity: str) -> str:
    """The path that an id of `clips_in` was made of; any other id as it is."""
    return re.sub(r"#\d+-\d+$", "", identity)


def _of(path: Path, folder: Path) -> Clip:
    name = path.relative_to(folder).as_posix()
    told = path.stat()
    return Clip(
        id=f"{name}#{told.st_size}-{told.st_mtime_ns}",
        work=name,
        texts=tuple(_said(path)) or (_in_words(name),),
        audio=path,
    )


def _said(path: Path) -> Iterator[str]:
    """The lines of the text beside a sound, each a caption."""
    beside = path.with_suffix(".txt")
    if beside.is_file():
        lines = beside.read_text(encoding="utf-8", errors="replace").splitlines()
        yield from filter(None, (" ".join(line.split()) for line in lines))


def _in_words(name: str) -> str:
    """`Low Tide/03_paper-boat.flac` -> `Low Tide, 03 paper boat`."""
    stem = name.rpartition(".")[0].replace("/", ", ")
    return " ".join(re.sub(r"[_\-.]+", " ", stem).split()) or name


def _distinct(clips: list[Clip], path: Path) -> list[Clip]:
    if not clips:
        raise BadClips(f"{path} has no sounds ({', '.join(sorted(ENDINGS))})")
    if len({clip.id for clip in clips}) < len(clips):
        raise BadClips(f"{path}: an id comes twice")
    return clips
