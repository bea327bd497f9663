"""`python -m models.embed fill CLIPS --out STORE`: a store of vectors out of sounds and texts."""

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from models.embed.clips import clips_in, read_clips
from models.embed.commands.options import (
    FAILED,
    add_network,
    network,
    tell,
    tell_left_out,
    told,
)
from models.embed.hearing import Ear
from models.embed.store import Store
from models.embed.targets import targets
from models.oneshot.options import make_parser
from models.training.experiment.progress import Meter

EXAMPLES = """examples:
  python -m models.embed fill CLIPS/clips.jsonl --out DATA/clips
  python -m models.embed fill ~/Music --out DATA/clips
      every sound below the folder; NAME.txt beside a sound has its captions, one a line
  python -m models.embed fill clips.jsonl --target mert --network MERT --half --out DATA/clips

CLIPS are JSON lines, a clip each:
  {"id": "t1", "work": "Low Tide", "texts": ["a sad waltz on the piano"], "audio": "t1.flac"}
work: clips of one work are held out together. audio: from the folder of the file; WAV, FLAC, Ogg or
MP3. If known: start and seconds (of the part that is heard), licence, url.

The same command goes on after a kill. What cannot be read is left out and said.

exit codes: 0 filled; 1 clips or network cannot be had, or nothing could be heard; 2 wrong options;
130 stopped: the same command goes on
"""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    what = "let a network hear sounds, and keep its vectors with what is said of them"
    parser = make_parser("python -m models.embed fill", what, EXAMPLES)
    parser.add_argument("clips", type=Path, metavar="CLIPS", help="JSON lines, or a folder")
    parser.add_argument("--out", type=Path, required=True, metavar="STORE", help="folder, made")
    parser.add_argument(
        "--target",
        choices=list(targets()),
        default="musicnn",
        help="which network hears (default: %(default)s)",
    )
    parser.add_argument("--half", action="store_true", help="keep 16 bits of each number")
    add_network(parser)
    return parser


def run(arguments: Sequence[str]) -> int:
    """Fill a store; returns the exit code."""
    chosen = make().parse_args(arguments)
    return told(partial(_fill, chosen))


def _fill(chosen: argparse.Namespace) -> int:
    clips = clips_in(chosen.clips) if chosen.clips.is_dir() else read_clips(chosen.clips)
    embedder = network(chosen, chosen.target)
    ear = Ear(embedder, tell_left_out, is_half=chosen.half)
    with Meter(chosen.target, len(clips)) as meter:
        for count in ear.hear(clips, chosen.out):
            meter.show(count)
    rows = len(Store(chosen.out))
    tell(f"{chosen.out}: {rows} of {len(clips)} clips, {embedder.target.dimensions} numbers each")
    return 0 if rows else FAILED
