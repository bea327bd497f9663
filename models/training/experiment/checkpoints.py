"""Checkpoints: what a training needs to go on as if it had never been stopped.

Each holds the states of all random generators. It is written beside and renamed, so a kill leaves
the one before; the newest two are kept, and a damaged one gives way to the one before it.
"""

import contextlib
import logging
import pickle
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import torch

from schemas.whole_file import whole

log = logging.getLogger(__name__)

KEPT = 2
"""Checkpoints of a name that are kept."""

_NUMBERED = re.compile(r"\.(\d+)\.pt$")
_ARRAY = "__array__"
_TUPLE = "__tuple__"


class Checkpoints:
    """The checkpoints of an experiment, in `checkpoints/NAME.NUMBER.pt`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, name: str, state: dict[str, Any]) -> None:
        """Keep a state, with those of the random generators.

        Args:
            name: of what is trained.
            state: numbers, texts, tensors, arrays, and lists, tuples and dicts of them.
        """
        paths = self._paths(name)
        number = int(_NUMBERED.search(paths[-1].name)[1]) + 1 if paths else 1  # type: ignore[index]
        write(self.folder / f"{name}.{number:06d}.pt", {"state": state, "random": random_states()})
        for path in self._paths(name)[:-KEPT]:
            path.unlink(missing_ok=True)

    def load(self, name: str) -> dict[str, Any] | None:
        """The newest state, with the random generators set to what they were.

        Returns None if there is none. A damaged file is left out with a warning.
        """
        for path in reversed(self._paths(name)):
            try:
                kept = read(path)
            except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.PickleError):
                log.warning("%s is damaged: going on from the checkpoint before it", path)
                continue
            set_random_states(kept["random"])
            state: dict[str, Any] = kept["state"]
            return state
        return None

    def clear(self, name: str) -> None:
        """Remove all checkpoints of a name and of its parts: what they led to is kept elsewhere.

        Parts of `small` are called `small-8-bits` and so on.
        """
        for path in self.folder.glob("*.pt"):
            if _NUMBERED.search(path.name) and path.name.startswith((f"{name}.", f"{name}-")):
                path.unlink(missing_ok=True)

    def _paths(self, name: str) -> list[Path]:
        """Its files, the oldest first."""
        escaped = re.escape(name)
        named = re.compile(rf"{escaped}\.\d+\.pt")
        paths = self.folder.glob("*.pt") if self.folder.is_dir() else iter(())
        return sorted(path for path in paths if named.fullmatch(path.name))


def write(path: Path, value: Any) -> None:
    """Write a value to a file at once: a kill leaves no half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as stream:
        torch.save(_packed(value), stream)


def read(path: Path) -> Any:
    """A value that `write` wrote. Nothing in the file is run."""
    return _unpacked(torch.load(path, weights_only=True, map_location="cpu"))


def random_states() -> dict[str, Any]:
    """The states of Python's, numpy's and torch's random generators."""
    kind, keys, place, has_gauss, gauss = np.random.get_state()
    states: dict[str, Any] = {
        "python": random.getstate(),
        "numpy": (kind, np.asarray(keys), place, has_gauss, gauss),
        "torch": torch.get_rng_state(),
    }
    if torch.cuda.is_available():
        states["cuda"] = torch.cuda.get_rng_state_all()
    return states


def set_random_states(states: dict[str, Any]) -> None:
    """Set the random generators to what `random_states` noted."""
    random.setstate(states["python"])
    np.random.set_state(states["numpy"])
    torch.set_rng_state(states["torch"])
    if "cuda" in states:
        with contextlib.suppress(RuntimeError, AssertionError):  # made on another machine
            torch.cuda.set_rng_state_all(states["cuda"])


def _packed(value: Any) -> Any:
    """Arrays as tensors and tuples as lists, which a file that runs nothing may hold."""
    if isinstance(value, np.ndarray):
        return {_ARRAY: torch.from_numpy(np.ascontiguousarray(value))}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple):
        return {_TUPLE: [_packed(part) for part in value]}
    if isinstance(value, list):
        return [_packed(part) for part in value]
    if isinstance(value, dict):
        return {key: _packed(part) for key, part in value.items()}
    return value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {_ARRAY}:
            return value[_ARRAY].numpy()
        if value.keys() == {_TUPLE}:
            return tuple(_unpacked(part) for part in value[_TUPLE])
        return {key: _unpacked(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_unpacked(part) for part in value]
    return value
