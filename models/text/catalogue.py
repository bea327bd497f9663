"""What the world knows of a name: whether it starts with a known film, series, game, book, program
or artist.

The titles of a catalogue are kept as 32-bit checksums of their folded words, so that 380,000 of
them take 3 MB and cannot be read back. A wrong hit is one in ten thousand look-ups (700,000 keys of
2^32), which a model that reads the name, too, does not mind. The answer is a row of flags (`FLAGS`)
that the BERT gets beside the words.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from models.text.encoder_input import name_text

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

KINDS = ("movie", "tv", "anime", "game", "book", "software", "artist")
"""Kinds of names, bit by bit; the next bit says that artist and album were found together."""

_ALBUM = len(KINDS)
_WORKS = KINDS[:-1]

FLAGS = (
    *(f"{kind}.{how}" for kind in _WORKS for how in ("whole", "start", "year")),
    "artist.whole",
    "artist.start",
    "album",
)
"""whole: the words before the first year, tag or bracket are the title · start: the name starts
with it (two words or more) · year: it is followed by its year.
"""

MAX_WORDS = 8
"""Words of the longest title looked up; three in a thousand of the catalogue are longer."""

_MIN_LETTERS = 3
"""A shorter title ("It", "Up") starts too many names."""

_WORD = re.compile(r"[^\W_]+")
_LEADING = re.compile(r"^\s*(\[[^\]]*\]|\([^)]*\)|【[^】]*】|www \S+(?: \w{2,4})?\s+-)\s*")
_YEAR = re.compile(r"(?<!\d)(?:19[2-9]\d|20[0-3]\d)(?!\d)")
_TAG = re.compile(
    r"(?:\d{3,4}[pi]|s\d{1,2}(?:e\d.*)?|e\d{2,3}|\d{1,2}x\d\d|[xh]26[45]|hdtv|webrip|web|bluray|brrip|bdrip|dvdrip|xvid|mp3|flac"
    r"|v\d.*|season|complete|repack|multi\d*|epub|pdf|x64|x86|xxx|vol|cd\d?|ep\d*)\Z"
)
_BRACKET = re.compile(r"[(\[{【]")


def folded_words(text: str) -> list[str]:
    """Lower-case words without accents; an apostrophe joins, `&` is `and`."""
    return _WORD.findall(folded(text))


def folded(text: str) -> str:
    """A text as its keys are made: lower case, without accents and apostrophes, `&` as a word."""
    text = text.replace("'", "").replace("’", "").replace("&", " and ")
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in apart if not unicodedata.combining(c))
    return text.casefold()


def key(words: Iterable[str], start: int = 0) -> int:
    """The checksum of words; `start` is the one of the words before them."""
    for word in words:
        start = zlib.crc32(word.encode("utf-8", "surrogatepass") + b" ", start)
    return start


def year_key(title: int, year: str | int) -> int:
    """The checksum of a title with its year."""
    return zlib.crc32(f"|{year}".encode(), title)


def album_key(artist: int, album: Iterable[str]) -> int:
    """The checksum of an artist with an album."""
    return key(album, zlib.crc32(b"|", artist))


class Catalogue:
    """Checksums, sorted, with the kinds of names that each stands for.

    Args:
        keys: uint32, ascending, no two alike.
        kinds: uint8, a bit for each of `KINDS`, and one for an album.
    """

    def __init__(self, keys: "NDArray[Any]", kinds: "NDArray[Any]") -> None:
        import numpy

        self._np = numpy
        self._keys, self._kinds = keys, kinds

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a file that `save` wrote."""
        import numpy

        data = path.read_bytes()
        count = len(data) // 5
        return cls(
            numpy.frombuffer(data, "<u4", count), numpy.frombuffer(data, "u1", count, 4 * count)
        )

    @classmethod
    def of(cls, entries: Mapping[int, int]) -> Self:
        """A catalogue of key to kinds."""
        import numpy

        order = sorted(entries)
        return cls(numpy.array(order, "<u4"), numpy.array([entries[k] for k in order], "u1"))

    def save(self, path: Path) -> None:
        """Four bytes a key, then a byte of kinds for each."""
        path.write_bytes(self._keys.astype("<u4").tobytes() + self._kinds.astype("u1").tobytes())

    def __len__(self) -> int:
        return len(self._keys)

    def flags(self, names: Sequence[str]) -> "NDArray[float32]":
        """A row of `FLAGS` (0 or 1) for each name."""
        np = self._np
        questions = [_Question(name) for name in names]
        out: NDArray[float32] = np.zeros((len(names), len(FLAGS)), np.float32)
        found = self._kinds_of([k for q in questions for k in q.keys]).tolist()
        first = 0
        for row, question in enumerate(questions):
            last = first + len(question.keys)
            for flag in question.flags(found[first:last]):
                out[row, flag] = 1.0
            first = last
        return out

    def found(self, keys: Sequence[int]) -> list[tuple[int, int]]:
        """(place in `keys`, kinds) of those that are in the catalogue, in order."""
        kinds = self._kinds_of(keys)
        places = self._np.nonzero(kinds)[0]
        return list(zip(places.tolist(), kinds[places].tolist(), strict=True))

    def _kinds_of(self, keys: Sequence[int]) -> "NDArray[Any]":
        np = self._np
        asked = np.array(keys, np.uint32)
        if not len(asked) or not len(self._keys):
            return np.zeros(len(asked), np.uint8)  # type: ignore[no-any-return]
        places = np.minimum(np.searchsorted(self._keys, asked), len(self._keys) - 1)
        return np.where(self._keys[places] == asked, self._kinds[places], 0)  # type: ignore[no-any-return]


class _Question:
    """The keys to look up for one name: each beginning, the whole, each with the year, and artist
    with album.
    """

    __slots__ = ("album", "artist", "keys", "starts", "whole", "year")

    def __init__(self, name: str) -> None:
        text = name_text(name).strip()
        while (found := _LEADING.match(text)) and found.end() < len(text):
            text = text[found.end() :]
        head, *album = _parts(text)
        words = folded_words(_BRACKET.split(head, maxsplit=1)[0])[: MAX_WORDS + 1]
        end = next(
            (
                i
                for i, word in enumerate(words)
                if i and (_YEAR.fullmatch(word) or _TAG.match(word))
            ),
            len(words),
        )
        running, starts = 0, []
        for word in words[:MAX_WORDS]:
            running = key((word,), running)
            starts.append(running)
        self.starts = len(starts)
        self.whole = (
            end - 1
            if 0 < end <= len(starts) and len("".join(words[:end])) >= _MIN_LETTERS
            else None
        )
        self.keys = starts
        year = _YEAR.search(text, 1)
        self.year = bool(year)
        if year:
            self.keys = starts + [year_key(start, year[0]) for start in starts]
        self.artist = bool(album)
        self.album = False
        if album and starts and len(words) <= MAX_WORDS:
            tail = folded_words(
                _YEAR.split(_BRACKET.split(album[0], maxsplit=1)[0], maxsplit=1)[0]
            )[:MAX_WORDS]
            if tail:
                self.album = True
                self.keys = [*self.keys, album_key(starts[-1], tail)]

    def flags(self, found: Sequence[int]) -> set[int]:
        starts = found[: self.starts]
        flags: set[int] = set()
        whole = starts[self.whole] if self.whole is not None else 0
        for bit in range(len(_WORKS)):
            if whole >> bit & 1:
                flags.add(3 * bit)
            if any(kinds >> bit & 1 for kinds in starts[1:]):
                flags.add(3 * bit + 1)
            if self.year and any(
                kinds >> bit & 1 for kinds in found[self.starts : 2 * self.starts]
            ):
                flags.add(3 * bit + 2)
        artist = len(_WORKS)
        if whole >> artist & 1:
            flags.add(3 * artist)
        if any(kinds >> artist & 1 for kinds in starts[1:]):
            flags.add(3 * artist + 1)
        if self.album and found[-1] >> _ALBUM & 1:
            flags.add(3 * artist + 2)
        return flags


def _parts(text: str) -> list[str]:
    """The name split at its dashes: `Artist - Album`, or `Artist-Album-2001-GROUP` where there are
    no spaces around any.
    """
    parts = re.split(r"\s[-–—]\s", text, maxsplit=2)
    if len(parts) == 1 and "-" in text:
        parts = text.split("-", 2)
    return parts if parts[0].strip() else [text]
