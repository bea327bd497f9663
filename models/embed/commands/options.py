"""Options that several commands have, and errors that end one with a message."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from models.embed.audio import MissingAudio
from models.embed.clips import BadClips
from models.embed.embedders.embedder import Embedder, EmbedderMissing
from models.embed.finding import NoTextNetwork
from models.embed.hearing import Weights, loaded
from models.embed.store import BadStore
from models.home import WEIGHTS
from models.oneshot.safe import safe
from models.registry import WeightsError
from models.runtime import MissingRuntime

KNOWN = (
    BadClips,
    BadStore,
    EmbedderMissing,
    MissingAudio,
    MissingRuntime,
    NoTextNetwork,
    WeightsError,
)
"""Errors whose message says what to do."""

FAILED = 1


def add_network(parser: argparse.ArgumentParser) -> None:
    """Takes where the network is that hears."""
    add = parser.add_argument
    add(
        "--network",
        type=Path,
        metavar="PATH",
        help="weights of muq, mert or music2latent; musicnn's are fetched",
    )
    add(
        "--runs-code",
        action="store_true",
        help="run the Python files in MERT's folder; read them first",
    )
    add(
        "--weights",
        type=Path,
        default=WEIGHTS,
        metavar="DIR",
        help="folder that musicnn's weights are fetched to (default: %(default)s)",
    )
    add("--threads", type=int, default=1, metavar="N", help="that musicnn uses (default: 1)")


def network(chosen: argparse.Namespace, name: str) -> Embedder:
    """The network of a target, as the options say.

    Raises:
        EmbedderMissing, WeightsError: it is not here.
    """
    weights = Weights(chosen.weights, chosen.network, chosen.threads, chosen.runs_code)
    return loaded(name, weights, tell)


def tell(text: str) -> None:
    """Say something beside the answer."""
    sys.stderr.write(f"{safe(text)}\n")


def tell_left_out(identity: str, why: str) -> None:
    """Say that a clip cannot be heard."""
    tell(f"left out: {identity}: {why}")


def told(work: Callable[[], int]) -> int:
    """Do the work; a known error is a message and exit code 1."""
    try:
        return work()
    except KNOWN as error:
        tell(str(error))
        return FAILED
