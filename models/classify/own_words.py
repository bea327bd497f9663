"""Words that tell a class of one's own, as its user listed them, found in names.

A list says nothing by itself: what a word counts, alone or beside the marks of a recording, is
learnt.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.text.folding import folded, folded_words

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

SHARED = (
    "a word",
    "two words",
    "a word with a recording",
    "a word with a program",
    "a word with a document",
    "a file",
    "a part of a phrase",
    "inside a longer word",
)
"""Features that all words have in common; behind them is one for each word and part of one."""

_START = 3
"""Letters by which words are looked up."""

_INFLECTED = 6
"""Letters of a word whose ending may differ."""

_PLURAL = 4
"""Letters of a word that may have an `s` more."""

_PART = 4
"""Letters of a word of a phrase that may tell something alone, as `score` of `vocal score`."""

_INSIDE = 5
"""Letters of a word that may stand in a longer one, as `partitur` in `studienpartitur`."""

_JOINED = re.compile(r"[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Letters of scripts that do not part words, or seldom: Thai, Hangul, Kana, Han."""

_RECORDING_WORDS = """
    1080i 1080p 2160p 24bit 320 320kbps 480p 720p aac album ape avi bdremux bdrip bluray brrip cd
    cds discography dsd dvd dvd5 dvd9 dvdrip eac3 flac h264 h265 hdrip hdtv hevc hybrid kbps live
    lossless lp m4a m4b mkv mp3 mp4 ogg opus ost remux sacd soundtrack vinyl wav webrip wma x264
    x265 xvid
"""
_PROGRAM_WORDS = """
    amd64 apk android app crack dmg exe gog ios ipa keygen kontakt linux macos msi nsp plugin
    portable repack setup software steam vst vst3 vsti win32 win64 windows x64 x86
"""
_DOCUMENT_WORDS = "pdf djvu djv epub scan scans cbz"

_RECORDING = frozenset(_RECORDING_WORDS.split())
_PROGRAM = frozenset(_PROGRAM_WORDS.split())
_DOCUMENT = frozenset(_DOCUMENT_WORDS.split())
_EPISODE = re.compile(r"s\d\de\d\d|\d+cd")

_SEPARATOR = " | "
"""Between a name and the paths of its files (`models.classify.ngrams.text_of`)."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A word, and what may stand for it."""

    stem: str
    longest: int
    is_plural: bool = False
    """Whether only an `s` may follow."""

    @classmethod
    def of(cls, word: str) -> "_Form":
        """How a word may be inflected: the longer it is, the more."""
        if len(word) >= _INFLECTED:
            return cls(word[:-1], len(word) + 2)
        return cls(word, len(word) + (len(word) >= _PLURAL), is_plural=True)

    def is_in(self, word: str) -> bool:
        """Whether a word of a name is this one."""
        if not word.startswith(self.stem) or len(word) > self.longest:
            return False
        return not self.is_plural or word == self.stem or word.endswith("s")


class OwnWords:
    """A list of words and phrases, to be found in names.

    Args:
        words: as the user wrote them, in any language. Case and accents are one.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(dict.fromkeys(word for word in words if folded_words(word)))
        self._phrases: dict[str, list[tuple[int, tuple[_Form, ...]]]] = defaultdict(list)
        self._joined: list[tuple[int, str]] = []
        self._endings: set[str] = set()
        parts: dict[str, None] = {}
        for number, word in enumerate(self.words):
            phrase = folded_words(word)
            if _JOINED.search(phrase[0]):
                self._joined.append((number, "".join(phrase)))
                continue
            self._note(number, phrase)
            if len(phrase) > 1:
                parts |= dict.fromkeys(part for part in phrase if _may_tell(part))
            elif phrase[0].isascii():
                self._endings.add(phrase[0])
        alone = {plain for word in self.words if " " not in (plain := folded(word))}
        self.parts = tuple(part for part in parts if part not in alone)
        for number, part in enumerate(self.parts, len(self.words)):
            self._note(number, [part])
        self._inside = [word for word in sorted(alone) if len(word) >= _INSIDE]

    def _note(self, number: int, phrase: Sequence[str]) -> None:
        form = tuple(_Form.of(part) for part in phrase)
        self._phrases[phrase[0][:_START]].append((number, form))

    @property
    def width(self) -> int:
        """Features of a name."""
        return len(SHARED) + len(self.words) + len(self.parts) if self.words else 0

    def features(self, texts: Sequence[str]) -> "NDArray[float32]":
        """A row of ones and zeros for each text made by `own_features.own_text`."""
        import numpy as np

        rows = np.zeros((len(texts), self.width), np.float32)
        if self.words:
            for row, text in enumerate(texts):
                columns = self._columns(text)
                if columns:
                    rows[row, columns] = 1
        return rows

    def _columns(self, text: str) -> list[int]:
        """The features that a text has."""
        parts = folded_words(text)
        hits = self._hits(parts, text)
        whole = sum(number < len(self.words) for number in hits)
        shared = []
        if self._has_ending(text):
            shared.append("a file")
        if len(hits) > whole:
            shared.append("a part of a phrase")
        if any(word in text for word in self._inside):
            shared.append("inside a longer word")
        if whole:
            shared.append("a word")
            shared += ["two words"] if whole > 1 else []
            shared += [f"a word with {kind}" for kind in _beside(parts)]
        return [*map(SHARED.index, shared), *(len(SHARED) + number for number in hits)]

    def _hits(self, parts: Sequence[str], text: str) -> set[int]:
        """The numbers of the words that are there."""
        hits = set()
        for place, part in enumerate(parts):
            for number, form in self._phrases.get(part[:_START], ()):
                following = parts[place : place + len(form)]
                if len(following) == len(form) and all(
                    wanted.is_in(word) for wanted, word in zip(form, following, strict=True)
                ):
                    hits.add(number)
        if self._joined and not text.isascii():
            plain = folded(text)
            hits |= {number for number, word in self._joined if word in plain}
        return hits

    def _has_ending(self, text: str) -> bool:
        """Whether the name or a file ends in one of the words, as `mscz`."""
        last = [part.rpartition(" ")[2] for part in text.rstrip().split(_SEPARATOR)]
        return not self._endings.isdisjoint(last)


def _beside(parts: Sequence[str]) -> tuple[str, ...]:
    """What a name is of by its other words: a recording before a program before a document."""
    present = set(parts)
    if not _RECORDING.isdisjoint(present) or any(map(_EPISODE.fullmatch, parts)):
        return ("a recording",)
    if not _PROGRAM.isdisjoint(present):
        return ("a program",)
    return () if _DOCUMENT.isdisjoint(present) else ("a document",)


def _may_tell(part: str) -> bool:
    """Whether a word of a phrase may tell the class alone."""
    return len(part) >= _PART and part not in _RECORDING | _PROGRAM | _DOCUMENT
