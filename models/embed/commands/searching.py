"""`python -m models.embed search STORE|FOLDER TEXT --model EXPERIMENT`: sounds by a text."""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from models.embed.clips import name_of
from models.embed.commands.options import add_network, network, tell_left_out, told
from models.embed.finding import Hit, TextNetwork
from models.embed.hearing import Ear
from models.embed.store import ABOUT, Store
from models.home import HOME
from models.oneshot.options import make_parser
from models.oneshot.safe import safe
from models.training.experiment.progress import Meter

EXAMPLES = """examples:
  python -m models.embed search ~/Music "sad piano waltz" --model EXPERIMENT
  python -m models.embed search DATA/clips "fast bossa nova with strings" --model EXPERIMENT -n 3
  python -m models.embed search ~/Music "calm choir" --model EXPERIMENT --json

A folder of sounds is heard first, and what is heard is kept below STREAMS_HOME (.mimmo): the next
search hears what is new. EXPERIMENT is a folder of python -m models.training music-text. The cosine
says how near text and sound are; it orders sounds, and is no probability.

exit codes: 0 searched; 1 no sounds, no network, or they do not fit; 2 wrong options; 130 stopped:
the same command goes on
"""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = make_parser("python -m models.embed search", "find sounds by a text", EXAMPLES)
    add = parser.add_argument
    add("where", type=Path, metavar="STORE|FOLDER", help="a store, or a folder of sounds")
    add("text", metavar="TEXT", help="what it sounds like")
    add("--model", type=Path, required=True, metavar="EXPERIMENT", help="the text network")
    add("-n", "--count", type=_positive, default=10, metavar="N", help="sounds (default: 10)")
    add("--json", action="store_true", help="a JSON object a line")
    add_network(parser)
    return parser


def run(arguments: Sequence[str]) -> int:
    """Search; returns the exit code."""
    chosen = make().parse_args(arguments)
    return told(partial(_search, chosen))


def _search(chosen: argparse.Namespace) -> int:
    texts = TextNetwork(chosen.model)
    folder: Path = chosen.where
    if not (folder / ABOUT).is_file():
        folder = _heard(chosen, texts.target)
    hits = texts.find(chosen.text, Store(folder), chosen.count)
    if chosen.json:
        for hit in hits:
            row = {"id": name_of(hit.id), "cosine": hit.cosine, "texts": list(hit.texts)}
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    else:
        Console(emoji=False).print(_table(hits))
    return 0


def _heard(chosen: argparse.Namespace, target: str) -> Path:
    """The store of a folder of sounds, with all that is in it."""
    folder: Path = chosen.where.resolve()
    mark = hashlib.sha256(f"{target} {folder}".encode(errors="surrogateescape")).hexdigest()[:12]
    store = HOME / "sounds" / mark
    store.parent.mkdir(parents=True, exist_ok=True)
    ear = Ear(network(chosen, target), tell_left_out)
    meter: Meter | None = None
    with ExitStack() as stack:
        for count, total in ear.renew(folder, store):
            meter = meter or stack.enter_context(Meter("heard", total))
            meter.show(count)
    return store


def _table(hits: Sequence[Hit]) -> Table:
    table = Table("", "sound", "cosine", "said of it")
    for place, hit in enumerate(hits, 1):
        cells = (str(place), name_of(hit.id), f"{hit.cosine:.3f}", hit.texts[0])
        table.add_row(*(escape(safe(cell)) for cell in cells))
    return table


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above nought")
    return number
