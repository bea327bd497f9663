"""Names that are not drawn again: those of earlier samples and of labelled rows."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from models.training.held_out import family


class ExcludedUnreadable(Exception):
    """A file of names to leave out cannot be read; the message says which and why."""


def family_key(name: str, seed: int) -> int:
    """A number in [0, 2**64) that near-copies of a name share; another one for each seed."""
    text = f"{seed}\0{family(name)}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def excluded(paths: Iterable[Path], seed: int) -> frozenset[int]:
    """The keys of the names in files of JSON lines, and in all such files of folders.

    Raises:
        ExcludedUnreadable: a file is missing, or a line is no JSON object with a `name`.
    """
    files = (file for path in paths for file in _files(path))
    return frozenset(family_key(name, seed) for file in files for name in _names(file))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted({*path.rglob("*.jsonl"), *path.rglob("*.jsonl.gz")})
    if not files:
        raise ExcludedUnreadable(f"{path} holds no .jsonl and no .jsonl.gz: nothing to leave out")
    return files


def _names(path: Path) -> Iterator[str]:
    number = 0
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):  # noqa: B007 (told in the error)
                if line.strip():
                    yield str(json.loads(line)["name"])
    except (OSError, EOFError) as error:
        raise ExcludedUnreadable(f"{path} cannot be read: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ExcludedUnreadable(
            f"{path}, line {number}: not a JSON object with a name ({type(error).__name__})"
        ) from error
