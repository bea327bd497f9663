"""What the world knows of a name: whether it starts with a known film, series, game or artist.

Names are kept as 32-bit checksums of their folded words, so that 380,000 of them take 3 MB and
cannot be read back. With their years and albums they are some 600,000 of 2^32 checksums: one
look-up in seven thousand hits by chance, which a model that reads the name, too, does not mind.
The answer is a row of flags (`FLAGS`) that the BERT gets beside the words.

The manifests call the file that holds them `catalogue`.
"""

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from models.text.encoder_input import name_text
from models.text.folding import folded_words

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class Known(IntFlag):
    """As what a checksum is known. The file keeps one byte a checksum: the sum of these."""

    MOVIE = 1
    TV = 2
    ANIME = 4
    GAME = 8
    BOOK = 16
    SOFTWARE = 32
    ARTIST = 64
    ALBUM = 128
    """An artist together with an album."""


KINDS = tuple(str(kind.name).lower() for kind in Known if kind is not Known.ALBUM)
"""Kinds of names, in the order of their bits."""

_WORKS = KINDS[:-1]

FLAGS = (
    *(f"{kind}.{how}" for kind in _WORKS for how in ("whole", "start", "year")),
    "artist.whole",
    "artist.start",
    "album",
)
"""What a row of flags says.

* whole: the words before the first year, tag or bracket are the title
* start: the name starts with it (two words or more)
* year: it is followed by its year
* album: artist and album were found together
"""

MAX_WORDS = 8
"""Words of the longest title looked up; three in a thousand of the known names are longer."""

MIN_LETTERS = 3
"""Letters of the shortest title; a shorter one ("It", "Up") starts too many names."""

_LEADING = re.compile(r"^\s*(\[[^\]]*\]|\([^)]*\)|【[^】]*】|www \S+(?: \w{2,4})?\s+-)\s*")
_YEAR = re.compile(r"(?<!\d)(?:19[2-9]\d|20[0-3]\d)(?!\d)")
_TAG = re.compile(
    r"(?:\d{3,4}[pi]|s\d{1,2}(?:e\d.*)?|e\d{2,3}|\d{1,2}x\d\d|[xh]26[45]|hdtv|webrip|web|bluray"
    r"|brrip|bdrip|dvdrip|xvid|mp3|flac|v\d.*|season|complete|repack|multi\d*|epub|pdf|x64|x86|xxx"
    r"|vol|cd\d?|ep\d*)\Z"
)
_BRACKET = re.compile(r"[(\[{【]")
_DASH = re.compile(r"\s[-–—]\s")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the flags of one kind of work stand in a row; `bit` is the kind as a plain number."""

    bit: int
    whole: int
    start: int
    year: int


_COLUMNS = tuple(
    _Columns(
        bit=int(Known[kind.upper()]),
        whole=FLAGS.index(f"{kind}.whole"),
        start=FLAGS.index(f"{kind}.start"),
        year=FLAGS.index(f"{kind}.year"),
    )
    for kind in _WORKS
)
_ARTIST_BIT = int(Known.ARTIST)
_ALBUM_BIT = int(Known.ALBUM)
_ARTIST_WHOLE = FLAGS.index("artist.whole")
_ARTIST_START = FLAGS.index("artist.start")
_ALBUM = FLAGS.index("album")


def key(words: Iterable[str], start: int = 0) -> int:
    """The checksum of words; `start` is the checksum of the words before them."""
    for word in words:
        start = zlib.crc32(word.encode("utf-8", "surrogatepass") + b" ", start)
    return start


def year_key(title: int, year: str | int) -> int:
    """The checksum of a title with its year."""
    return zlib.crc32(f"|{year}".encode(), title)


def album_key(artist: int, album: Iterable[str]) -> int:
    """The checksum of an artist with an album."""
    return key(album, zlib.crc32(b"|", artist))


class KnownNames:
    """Checksums, sorted, with what each is known as.

    Args:
        keys: uint32, ascending, no two alike.
        kinds: uint8, a sum of `Known` for each key.
    """

    def __init__(self, keys: "NDArray[Any]", kinds: "NDArray[Any]") -> None:
        import numpy

        self._np = numpy
        self._keys = keys
        self._kinds = kinds

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a file that `save` wrote."""
        import numpy

        data = path.read_bytes()
        count = len(data) // 5
        keys = numpy.frombuffer(data, "<u4", count)
        kinds = numpy.frombuffer(data, "u1", count, offset=4 * count)
        return cls(keys, kinds)

    @classmethod
    def of(cls, entries: Mapping[int, int]) -> Self:
        """From a mapping of checksums to sums of `Known`."""
        import numpy

        keys = sorted(entries)
        return cls(numpy.array(keys, "<u4"), numpy.array([entries[key] for key in keys], "u1"))

    def save(self, path: Path) -> None:
        """Write all checksums, four bytes each, and then a byte of `Known` for each."""
        path.write_bytes(self._keys.astype("<u4").tobytes() + self._kinds.astype("u1").tobytes())

    def __len__(self) -> int:
        return len(self._keys)

    def flags(self, names: Sequence[str]) -> "NDArray[float32]":
        """A row of `FLAGS` (0 or 1) for each name."""
        np = self._np
        questions = [_question(name) for name in names]
        rows: NDArray[float32] = np.zeros((len(names), len(FLAGS)), np.float32)
        asked = [key for question in questions for key in question.keys]
        kinds = self._kinds_of(asked).tolist()
        first = 0
        for row, question in enumerate(questions):
            last = first + len(question.keys)
            for column in question.columns(kinds[first:last]):
                rows[row, column] = 1.0
            first = last
        return rows

    def found(self, keys: Sequence[int]) -> list[tuple[int, int]]:
        """(place in `keys`, sum of `Known`) of those that are known, in order."""
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


@dataclass(frozen=True, slots=True)
class _Question:
    """The checksums to look up for one name."""

    keys: list[int]
    """Of each beginning; then, if `dated`, of each beginning with the year; then, if
    `with_album`, of artist and album.
    """

    beginnings: int
    """How many beginnings there are."""

    whole: int | None
    """Place of the beginning that is the whole title, if it is short enough to be looked up."""

    dated: bool
    with_album: bool

    def columns(self, kinds: Sequence[int]) -> set[int]:
        """The columns of `FLAGS` to set, given what is known of each key."""
        beginnings = kinds[: self.beginnings]
        whole = beginnings[self.whole] if self.whole is not None else 0
        started = _union(beginnings[1:])
        dated = _union(kinds[self.beginnings : 2 * self.beginnings]) if self.dated else 0
        columns: set[int] = set()
        for work in _COLUMNS:
            if whole & work.bit:
                columns.add(work.whole)
            if started & work.bit:
                columns.add(work.start)
            if dated & work.bit:
                columns.add(work.year)
        if whole & _ARTIST_BIT:
            columns.add(_ARTIST_WHOLE)
        if started & _ARTIST_BIT:
            columns.add(_ARTIST_START)
        if self.with_album and kinds[-1] & _ALBUM_BIT:
            columns.add(_ALBUM)
        return columns


def _union(kinds: Iterable[int]) -> int:
    union = 0
    for kind in kinds:
        union |= kind
    return union


def _question(name: str) -> _Question:
    """What to look up: each beginning, alone and with the year, and artist with album."""
    text = _without_leading_brackets(name_text(name).strip())
    head, *rest = _parts(text)
    words = folded_words(_BRACKET.split(head, maxsplit=1)[0])[: MAX_WORDS + 1]
    beginnings: list[int] = []
    for word in words[:MAX_WORDS]:
        beginnings.append(key((word,), beginnings[-1] if beginnings else 0))
    keys = beginnings
    year = _YEAR.search(text, 1)
    if year:
        keys = keys + [year_key(beginning, year[0]) for beginning in beginnings]
    album = _album_words(rest[0]) if rest and beginnings and len(words) <= MAX_WORDS else []
    if album:
        keys = [*keys, album_key(beginnings[-1], album)]
    return _Question(
        keys=keys,
        beginnings=len(beginnings),
        whole=_place_of_whole(words, len(beginnings)),
        dated=bool(year),
        with_album=bool(album),
    )


def _without_leading_brackets(text: str) -> str:
    """The text without groups in brackets and web addresses before it."""
    while (leading := _LEADING.match(text)) and leading.end() < len(text):
        text = text[leading.end() :]
    return text


def _place_of_whole(words: Sequence[str], beginnings: int) -> int | None:
    """The place of the beginning that ends before the first year or tag, or None."""
    end = len(words)
    for place, word in enumerate(words):
        if place and (_YEAR.fullmatch(word) or _TAG.match(word)):
            end = place
            break
    is_looked_up = 0 < end <= beginnings and len("".join(words[:end])) >= MIN_LETTERS
    return end - 1 if is_looked_up else None


def _album_words(text: str) -> list[str]:
    """The words of an album's title, up to its year or bracket."""
    title = _YEAR.split(_BRACKET.split(text, maxsplit=1)[0], maxsplit=1)[0]
    return folded_words(title)[:MAX_WORDS]


def _parts(text: str) -> list[str]:
    """The name split at its dashes.

    `Artist - Album`, or `Artist-Album-2001-GROUP` where no dash has spaces around it.
    """
    parts = _DASH.split(text, maxsplit=2)
    if len(parts) == 1 and "-" in text:
        parts = text.split("-", 2)
    return parts if parts[0].strip() else [text]
