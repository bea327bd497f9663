"""Rehearsed rows: what ships is asked about them, so that it forgets nothing over new labels.

Whoever trains on names of his own has not the data that the shipped weights were made of. So all
kinds of torrents are invented from what ships. Nobody says what they are; only the opinion of what
ships is learnt from them.
"""

import random
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Tokenizer

from models.evaluation.filesets.draw import Draw, dotted
from models.evaluation.filesets.shapes import is_held_out, torrents
from models.training.classifier import shipped
from models.training.classifier.data import Row

WEIGHT = 0.5
"""Weight of such a row in the loss."""

_TAILS = 3
_SHORTEST = 4
"""Letters of a piece of the vocabulary that is a word."""

_FORMS = (
    "{a} - {t} ({y}) [FLAC]",
    "{a} - {t} ({y}) [320]",
    "{a} - Discography ({y}-{z}) MP3",
    "{n:02d} - {a} - {t}.mp3",
    "{t} ({y}) [1080p] [BluRay]",
    "{d}.{y}.1080p.WEB-DL.H264-{g}",
    "{d}.S{s:02d}E{n:02d}.720p.HDTV.x264-{g}",
    "{t} Season {s} Complete",
    "[{g}] {t} - {n:02d} [720p].mkv",
    "{t} {s}x{n:02d}.avi",
    "{t} v{s}.{n} + Crack",
    "{t} {y} Pro x64 Multilingual",
    "{d}-{g}",
    "{t} [{g} Repack]",
    "{a} - {t} (epub)",
    "{t} - {a}.pdf",
    "{t} Magazine - {y}-{s:02d}",
    "{a} - {t} [Audiobook] {n} kbps",
    "{t} {y} Live at {w}",
    "{t}",
    "{w}.{x}",
    "{t} ({y})",
    "{a} {t}",
)
"""Forms that names have on a DHT. `t` is a title, `a` a person, `d` a title with dots."""

_ENDINGS = ("mp4", "mkv", "avi", "mp3", "flac", "zip", "rar", "exe", "iso", "pdf", "epub", "jpg")


def rows(count: int, seed: int) -> Iterator[Row]:
    """Invented rows: a third whole torrents, the others names of words that names are made of."""
    whole = count // 3
    yield from _torrents(whole)
    words = shipped_words()
    rng = random.Random(f"rehearsed:{seed}")  # noqa: S311
    for index in range(count - whole):
        yield unlabelled(_name(rng, Draw(f"rehearsed:{seed}:{index}"), words))


def unlabelled(name: str, tails: tuple[str, ...] = ()) -> Row:
    """A row on which only the teachers have an opinion."""
    return Row(name, None, None, None, sure=False, tails=tails, weight=WEIGHT, trust=0.0)


def shipped_words() -> list[str]:
    """The words among the pieces of the shipped vocabulary: what real names are made of."""
    tokenizer = Tokenizer.from_file(str(_tokenizer()))
    pieces = sorted(tokenizer.get_vocab())
    return [piece for piece in pieces if piece.isalpha() and len(piece) >= _SHORTEST]


def _tokenizer() -> Path:
    return shipped.path("tokenizer")


def _torrents(count: int) -> Iterator[Row]:
    """Whole torrents, of shapes that rules may be written by."""
    for shape, torrent in torrents(2 * count):
        if not is_held_out(shape):
            largest = sorted(torrent.files, key=lambda file: -(file.size or 0))[:_TAILS]
            yield unlabelled(torrent.name, tuple(file.path for file in largest))


def _name(rng: random.Random, draw: Draw, words: list[str]) -> str:
    title = " ".join(rng.choices(words, k=rng.randint(1, 4))).title()
    year = rng.randint(1965, 2024)
    return rng.choice(_FORMS).format(
        a=draw.person() if rng.random() < 0.5 else rng.choice(words).title(),
        t=title,
        d=dotted(title),
        w=rng.choice(words),
        g=rng.choice(words).upper()[:8],
        x=rng.choice(_ENDINGS),
        y=year,
        z=year + rng.randint(1, 20),
        n=rng.randint(1, 24),
        s=rng.randint(1, 9),
    )
