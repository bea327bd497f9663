"""One invented torrent with its files, and what must be read from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from models.evaluation.filesets.draw import MEGABYTE, Draw
from schemas import Subcategory, TorrentFile

Expected = Mapping[str, Any]
"""Field -> the value that is right; a list holds several that are. None: it must be absent."""


@dataclass(frozen=True, slots=True)
class FileSet:
    """A torrent. `subcategory` holds every class that counts as right."""

    name: str
    files: tuple[TorrentFile, ...]
    subcategory: tuple[Subcategory, ...]
    expected: Expected = field(default_factory=dict)


Shape = Callable[[Draw], FileSet]
"""Makes a torrent of one shape."""

Listed = Sequence[tuple[str, int]]
"""Paths and sizes."""

_JUNK = (
    "{name}.nfo",
    "info.txt",
    "Downloaded from {site}.txt",
    "{site}.url",
    "Thumbs.db",
    ".DS_Store",
    "folder.jpg",
    "readme.html",
)


def fileset(
    name: str, files: Listed, subcategory: Subcategory | Sequence[Subcategory], **expected: Any
) -> FileSet:
    """A torrent of paths and sizes."""
    classes = (subcategory,) if isinstance(subcategory, Subcategory) else tuple(subcategory)
    listed = tuple(TorrentFile(path=path, size=size) for path, size in files)
    return FileSet(name, listed, classes, expected)


def with_junk(draw: Draw, torrent: FileSet) -> FileSet:
    """The torrent with what comes along: notes, padding, a folder around it. Often as it was."""
    files = list(torrent.files)
    if draw.chance(0.1):
        files = [file.model_copy(update={"path": f"{torrent.name}/{file.path}"}) for file in files]
    if draw.chance(0.35):
        for form in draw.sample(_JUNK, draw.number(1, 3)):
            path = form.format(name=torrent.name, site=draw.word("sites").strip("[ ]"))
            files.append(TorrentFile(path=path, size=draw.number(20, 90_000)))
    if draw.chance(0.12):
        files = _padded(draw, files)
    if draw.chance(0.3):
        files.sort(key=lambda file: -(file.size or 0))
    if draw.chance(0.04):
        files = [file.model_copy(update={"size": None}) for file in files]
    return replace(torrent, files=tuple(files))


def _padded(draw: Draw, files: Sequence[TorrentFile]) -> list[TorrentFile]:
    """Files with padding between them, in one of the two customs."""
    is_bep = draw.chance(0.5)
    padded = []
    for index, file in enumerate(files):
        padded.append(file)
        size = draw.number(1, 4 * MEGABYTE)
        old = f"_____padding_file_{index}_if you see this file, please update your client____"
        padded.append(TorrentFile(path=f".pad/{size}" if is_bep else old, size=size))
    return padded


def blank(draw: Draw, name: str, share: float = 0.25) -> str:
    """The name, or in a share of the draws one that says nothing."""
    return draw.name("blanks") if draw.chance(share) else name
