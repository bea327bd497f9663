"""`python -m models.embed dataset NAME FOLDER`: a published data set becomes clips."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from models.embed.clips import BadClips, write_clips
from models.embed.commands.options import FAILED, tell, told
from models.embed.datasets.checking import count, verify
from models.embed.datasets.sets import SETS
from models.oneshot.options import make_parser

EXAMPLES = """examples:
  python -m models.embed dataset musiccaps MUSICCAPS
      what it has: clips, works, texts, licences
  python -m models.embed dataset fma FMA --check
      whether every sound is there and can be read
  python -m models.embed dataset magnatagatune MTT --out MTT/clips.jsonl
      clips for python -m models.embed fill

FOLDER holds the files as they are published; docs/music-text.md says which. Read the licences
before you use a set: they differ for texts and sounds, and most sounds are no part of it.

exit codes: 0 read; 1 files are missing or wrong, or with --check sounds are; 2 wrong options;
130 stopped
"""

_SHOWN = 5
"""Files that are missing or unreadable, of which names are shown."""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    what = "read a published data set in its own layout, count it, and write its clips"
    parser = make_parser("python -m models.embed dataset", what, EXAMPLES)
    parser.add_argument("name", choices=list(SETS), metavar="NAME", help=", ".join(SETS))
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="of its files")
    parser.add_argument("--out", type=Path, metavar="CLIPS", help="write clips as JSON lines")
    parser.add_argument("--check", action="store_true", help="read a second of every sound")
    return parser


def run(arguments: Sequence[str]) -> int:
    """Read a data set; returns the exit code."""
    chosen = make().parse_args(arguments)
    return told(partial(_read, chosen))


def _read(chosen: argparse.Namespace) -> int:
    clips = list(SETS[chosen.name](chosen.folder))
    if not clips:
        raise BadClips(f"{chosen.folder} has no clip of {chosen.name} with a text")
    sys.stdout.write(json.dumps(asdict(count(clips)), indent=1, ensure_ascii=False) + "\n")
    code = 0
    if chosen.check:
        sounds = verify(clips)
        for what, paths in (("missing", sounds.missing), ("unreadable", sounds.unreadable)):
            for path in paths[:_SHOWN]:
                tell(f"{what}: {path}")
        tell(
            f"{sounds.present} sounds can be read, {len(sounds.missing)} are missing,"
            f" {len(sounds.unreadable)} cannot be read"
        )
        code = FAILED if sounds.missing or sounds.unreadable else 0
    if chosen.out is not None:
        base = chosen.out.parent.resolve()
        moved = (
            clip.model_copy(update={"audio": _seen_from(base, clip.audio.resolve())})
            for clip in clips
        )
        tell(f"{chosen.out}: {write_clips(moved, chosen.out)} clips")
    return code


def _seen_from(base: Path, path: Path) -> Path:
    """A path as it is seen from a folder, so that both can be moved together."""
    return path.relative_to(base) if path.is_relative_to(base) else path
