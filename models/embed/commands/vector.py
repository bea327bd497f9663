"""`python -m models.embed vector TEXT`: what a text means, as Postgres reads it."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial

from models.embed import minilm
from models.embed.commands.fetching import add_weights
from models.embed.commands.options import told
from models.oneshot.options import make_parser

EXAMPLES = """example:
  python -m models.embed vector "melancholic piano, 90s"

Its numbers stand in brackets, as the SQL function `search_by_meaning` takes them. The network is
brought by python -m models.embed fetch.

exit codes: 0 told; 1 there is no network, or nothing that runs it; 2 wrong options; 130 stopped
"""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    what = "what a text means, as numbers in brackets"
    parser = make_parser("python -m models.embed vector", what, EXAMPLES)
    parser.add_argument("text", metavar="TEXT")
    add_weights(parser)
    return parser


def run(arguments: Sequence[str]) -> int:
    """Tell it; returns the exit code."""
    return told(partial(_tell, make().parse_args(arguments)))


def _tell(chosen: argparse.Namespace) -> int:
    (vector,) = minilm.load(chosen.weights).embed([chosen.text])
    numbers = ",".join(f"{number:.5f}" for number in vector)
    sys.stdout.write(f"[{numbers}]\n")
    return 0
