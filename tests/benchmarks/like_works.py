"""The works that a search by meaning is judged on: a catalogue as torrents, and their vectors.

The catalogue is two files of the data folder (docs/data.md): films and series, and albums. Vectors
take half an hour on two busy cores, so they are kept in a file beside the local stack.
"""

import gzip
import hashlib
import json
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from models.embed.text import TextEmbedder
from models.embed.works import text_of
from schemas import Classification, Extraction, Torrent, Verdict
from schemas.media import MEDIUM_OF, Subcategory
from tests.support import classified, extracted, torrent

_BATCH = 2_048
_SERIES = ("tv", "anime", "anime_tv", "tv_or_movie")
_FILMS = ("movie", "movie_or_tv", "anime_movie")

Key = tuple[str, str, str | None, int | None]
"""Kind, title and creator in small letters, and the year of a film: what a question wants."""


def key_of(kind: str, title: str, creator: str | None, year: int | None) -> Key:
    """What makes two mentions of a work one; years of series and albums differ too often."""
    low = creator and creator.casefold()
    return kind, title.casefold(), low, year if kind == "movie" else None


@dataclass(frozen=True, slots=True)
class Work:
    """One work, and what a torrent of it is called."""

    kind: str
    """movie, tv or album, as questions name it."""
    title: str
    creator: str | None
    year: int | None

    @property
    def name(self) -> str:
        """`Aurora Vale - Paper Lanterns (2011)`, or `Paper.Lanterns.2011`."""
        if self.kind == "album":
            year = f" ({self.year})" if self.year else ""
            return f"{self.creator} - {self.title}{year}"[:1_000]
        year = f" {self.year}" if self.year else ""
        return f"{self.title}{year}".replace(" ", ".")[:1_000]

    def results(self) -> tuple[Classification, Extraction]:
        """What the pipeline says of its torrent, were it never wrong."""
        seen = self._torrent()
        kind = {"movie": Subcategory.MOVIE, "tv": Subcategory.SERIES}.get(
            self.kind, Subcategory.ALBUM
        )
        verdict = Verdict(medium=MEDIUM_OF[kind], subcategory=kind, confidence=0.9, source="bert")
        fields: dict[str, Any] = {"subcategory": kind.value, "year": self.year}
        if kind is Subcategory.ALBUM:
            fields |= {"album_name": self.title, "artist": self.creator}
        else:
            fields["series_title" if kind is Subcategory.SERIES else "title"] = self.title
        return classified(seen, verdict), extracted(seen, metadata=fields)

    @property
    def key(self) -> Key:
        """What a question may want."""
        return key_of(self.kind, self.title, self.creator, self.year)

    @property
    def infohash(self) -> str:
        """Of its torrent."""
        told = f"{self.kind}\n{self.creator}\n{self.title}\n{self.year}"
        return hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()

    def _torrent(self) -> Torrent:
        return torrent(self.name, infohash=self.infohash)


def works(folder: Path, count: int | None = None, wanted: Container[Key] = ()) -> list[Work]:
    """The works of a catalogue, each once: those that are wanted, then the others at random.

    Args:
        folder: the data folder.
        count: so many at most. None: all.
        wanted: keys of works that must be among them.
    """
    albums = (_album(row) for row in _lines(folder / "catalogue/albums.jsonl.gz"))
    titles = (_title(row) for row in _lines(folder / "catalogue/titles.jsonl.gz"))
    told = {work for work in (*albums, *titles) if work is not None and _is_sound(work)}
    chosen = sorted(told, key=lambda work: (work.key not in wanted, work.infohash))
    return chosen[:count]


def _is_sound(work: Work) -> bool:
    return bool(work.title.strip()) and len(work.title) < 400 and len(work.creator or "") < 400


def _album(row: dict[str, Any]) -> Work:
    return Work("album", row["title"], row["artist"], row.get("year"))


def _title(row: dict[str, Any]) -> Work | None:
    kind = "tv" if row["kind"] in _SERIES else "movie" if row["kind"] in _FILMS else None
    return kind and Work(kind, row["title"], None, row.get("year"))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def vectors(
    works: Sequence[Work], embedder: TextEmbedder, label: str, folder: Path
) -> NDArray[np.float16]:
    """A vector a work, (works, 384); read from the folder where they were made before.

    Args:
        works: which.
        embedder: the network.
        label: names it, and its revision.
        folder: where vectors are kept. What was made by a run that was ended is there, too.
    """
    texts = [text_of(work.results()[1]) or work.title for work in works]
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    places = range(0, len(texts), _BATCH)
    for place in track(places, "embedding") if len(places) > 1 else places:
        part = texts[place : place + _BATCH]
        name = hashlib.sha256("\n".join([label, *part]).encode()).hexdigest()[:24]
        path = folder / f"{name}.npy"
        if not path.exists():
            rows = embedder.embed(part).astype(np.float16)
            partial = path.with_suffix(".part.npy")
            np.save(partial, rows)
            partial.rename(path)
        parts.append(np.load(path))
    return np.concatenate(parts)
