"""`python -m tests.benchmarks.generate`: a dump of any size, invented, the same for the same seed.

Half of the torrents come with files, twelve on average; every tenth row was there before, with
another swarm; three rows in a hundred are dirty as rows of real dumps are.
"""

import argparse
import gzip
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from streams.operate.process import parser
from tests.benchmarks.invented import Torrents

_EXAMPLES = """examples:
  python -m tests.benchmarks.generate --rows 1000000 --seed 7 -o dump.jsonl.gz
  python -m tests.benchmarks.generate --rows 1000 --files none
"""

FILES = {"none": 0.0, "half": 0.5, "all": 1.0}
_LINES_AT_ONCE = 1_000


@dataclass(frozen=True)
class Recipe:
    """What a dump is made of; shares are of all rows."""

    rows: int
    seed: int = 7
    files: float = 0.5
    """Share of the torrents that list their files."""
    dirty: float = 0.03
    again: float = 0.10
    """Share of rows whose torrent was in an earlier row."""


def _cut(line: bytes) -> bytes:
    return line[: len(line) // 2]


def _changed(**fields: Any) -> Callable[[bytes], bytes]:
    return lambda line: orjson.dumps(orjson.loads(line) | fields)


REFUSED: dict[str, Callable[[bytes], bytes]] = {
    "cut off": _cut,
    "no JSON": lambda line: b"<html>502 Bad Gateway</html>",
    "no name": _changed(name=None),
    "blank name": _changed(name=" \t "),
    "short infohash": _changed(infohash="0123456789abcdef"),
    "infohash that is no hex": _changed(infohash="z" * 40),
}
"""What may be wrong with a dirty row so that it makes no torrent."""

MENDED: dict[str, Callable[[bytes], bytes]] = {
    "negative size": _changed(size=-1, files=None),
    "size that is text": _changed(size="large", files=None),
    "files that are none": _changed(files="none"),
}
"""What may be wrong with a dirty row that makes a torrent nevertheless: a value is unknown."""


def rows(recipe: Recipe) -> Iterator[bytes]:
    """The lines of a dump, without their ends."""
    torrents = Torrents(recipe.seed, recipe.files)
    draw = random.Random(recipe.seed).random
    dirt = random.Random(~recipe.seed)  # its own dice: dirt changes nothing else
    ways = (*REFUSED.values(), *MENDED.values())
    fresh = 0
    for seen in range(recipe.rows):
        if fresh and draw() < recipe.again:
            number = int(draw() * fresh)
        else:
            number = fresh
            fresh += 1
        line = orjson.dumps(torrents.row(number, seen))
        yield dirt.choice(ways)(line) if dirt.random() < recipe.dirty else line


def write(recipe: Recipe, out: IO[bytes]) -> None:
    """Writes a dump, some lines at a time."""
    lines: list[bytes] = []
    for line in rows(recipe):
        lines.append(line)
        if len(lines) == _LINES_AT_ONCE:
            out.write(b"\n".join(lines) + b"\n")
            lines.clear()
    out.write(b"".join(line + b"\n" for line in lines))


def write_file(recipe: Recipe, path: Path) -> None:
    """Writes a dump to a file, compressed if it ends with .gz; the same bytes every time."""
    with path.open("wb") as raw:
        packed = (
            gzip.GzipFile("", "wb", compresslevel=1, fileobj=raw, mtime=0)
            if path.suffix == ".gz"
            else nullcontext(raw)
        )
        with packed as out:
            write(recipe, out)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    reading = parser(
        "python -m tests.benchmarks.generate", "A dump of invented torrents.", _EXAMPLES
    )
    reading.add_argument("--rows", type=_rows, default=10_000, metavar="N")
    reading.add_argument("--seed", type=int, default=7, metavar="N")
    reading.add_argument("--files", choices=FILES, default="half", help="who lists files (half)")
    reading.add_argument(
        "-o", "--out", type=Path, metavar="FILE", help="instead of standard output"
    )
    chosen = reading.parse_args(arguments)
    recipe = Recipe(chosen.rows, chosen.seed, FILES[chosen.files])
    if chosen.out is None:
        write(recipe, sys.stdout.buffer)
    else:
        write_file(recipe, chosen.out)
    return 0


def _rows(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a number of rows, at least 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
