"""Folders and archives as people have them: sparse files, invented names, honest sizes."""

import io
import tarfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from schemas import Subcategory

KIB = 2**10
MIB = 2**20
GIB = 2**30

Files = dict[str, int]
"""Paths and sizes in bytes."""


@dataclass(frozen=True)
class Shape:
    """A thing that a person has, and what it is."""

    name: str
    """Of the folder, or of the archive with its ending."""
    files: Files
    subcategory: Subcategory

    def made(self, folder: Path) -> Path:
        """The thing on disk."""
        path = folder / self.name
        low = self.name.lower()
        if low.endswith((".zip", ".cbz", ".cbr", ".epub", ".apk", ".jar")):
            _write_zip(path, self.files)
        elif low.endswith((".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2")):
            _write_tar(path, self.files)
        else:
            _write_folder(path, self.files)
        return path


def _write_folder(root: Path, files: Files) -> None:
    root.mkdir()
    for path, size in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as stream:
            stream.truncate(size)


def _write_zip(path: Path, files: Files) -> None:
    """A zip whose list claims the sizes: its contents are not written."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in files:
            archive.writestr(name, b"")
        for entry, size in zip(archive.filelist, files.values(), strict=True):
            entry.file_size = size


def _write_tar(path: Path, files: Files) -> None:
    """A tar; a compressed one holds zeros."""
    packing = path.suffix[1:].replace("tgz", "gz").replace("txz", "xz")
    mode = "w:" if packing == "tar" else f"w:{packing}"
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, size in files.items():
            header = tarfile.TarInfo(name)
            header.size = size
            archive.addfile(header, io.BytesIO(bytes(size)))


def numbered(pattern: str, numbers: Iterable[int], size: int) -> Files:
    """Files with a number in their paths, nearly of one size."""
    return {pattern.format(number): size + 1009 * number for number in numbers}


def titled(folder: str, titles: Iterable[str], pattern: str, size: int) -> Files:
    """Files with a number and a title each."""
    prefix = f"{folder}/" if folder else ""
    return {
        prefix + pattern.format(number, title): size + 4093 * number
        for number, title in enumerate(titles, start=1)
    }


def volumes(stem: str, count: int, size: int) -> Files:
    """A RAR in volumes of the scene: `.rar`, `.r00` and so on."""
    names = [f"{stem}.rar", *(f"{stem}.r{number:02}" for number in range(count - 1))]
    return dict.fromkeys(names, size)


WORDS = (
    "Slate",
    "Dust Hymn",
    "Low Tide",
    "Paper Rooms",
    "Northern Wire",
    "Salt",
    "The Long Field",
    "Glass Ferry",
    "Ashes of June",
    "Harbour Light",
    "Cold Kitchen",
    "Last Train Out",
)
CHAPTERS = (
    "A Stranger at the Gate",
    "The Letter",
    "Fog over the Marsh",
    "An Empty House",
    "The Trial",
    "A Confession",
    "The Crossing",
    "Home",
    "Afterwards",
    "The Key",
)
