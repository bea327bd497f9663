"""What to say of a folder in which no torrent was: what is looked for, and what lies there."""

import os
import re
import shlex
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from streams.replay.rows import shown

_DUMP = re.compile(
    r"\.(csv|tsv|json|jsonl|ndjson|txt|sqlite3?|db|tar|zip)(\.(gz|zst|xz|bz2))?$"
    r"|\.(tgz|gz|zst|xz|bz2)$",
    re.IGNORECASE,
)
"""How names of dumps end; what a file is, is told from its bytes when it is read."""

_PLAIN = re.compile(r"[\w./+@%=:, -]+", re.ASCII)
"""A path that a person may copy into a shell, quoted; any other is hostile text."""

_NAMED = 3


def advice_for(dump: str) -> Iterator[str]:
    """Lines for who gave a folder without torrents. None if it is no folder.

    Args:
        dump: as it was given on the command line.
    """
    folder = Path(dump)
    if not folder.is_dir():
        return
    yield (
        "in a folder only .torrent files are looked for, in the folders in it, too;"
        " a dump is named itself"
    )
    for path in islice(_dumps(folder), _NAMED):
        place = shlex.quote(path) if _PLAIN.fullmatch(path) else shown(path)
        yield f"did you mean: python -m streams.replay {place}"


def _dumps(folder: Path) -> Iterator[str]:
    """Files of the folder itself that are named as dumps are."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.is_file())
    except OSError:
        return
    for name in names:
        if _DUMP.search(name):
            yield str(folder / name)
