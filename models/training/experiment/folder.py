"""The folder of an experiment: all that is needed to go on with it, and to make it again.

recipe.toml environment.json data.json    what is trained, where, and from what
progress.jsonl checkpoints/               how far it is
candidate/ -> weights/                    the files, once the gate accepts them
manifest.toml evaluation.json comparison.json CARD.md loss.png evaluation.png
"""

import fcntl
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from models.training.experiment import data_files
from models.training.experiment.data_files import Besides
from models.training.experiment.environment import environment
from models.training.experiment.errors import ExperimentBusy, ExperimentDiffers, FolderRefused
from models.training.experiment.recipe import Recipe, changes
from models.training.experiment.toml import to_toml
from models.training.row_files import write_text
from schemas.whole_file import ENDING

if TYPE_CHECKING:
    from models.training.experiment.checkpoints import Checkpoints

R = TypeVar("R", bound=Recipe)
T = TypeVar("T")

RECIPE = "recipe.toml"
DATA = "data.json"
ENVIRONMENT = "environment.json"
PROGRESS = "progress.jsonl"
MANIFEST = "manifest.toml"
EVALUATION = "evaluation.json"
COMPARISON = "comparison.json"
CARD = "CARD.md"
CANDIDATE = "candidate"
WEIGHTS = "weights"

_NOTHING = Besides()

_PARTIAL = re.compile(rf"^(.+){re.escape(ENDING)}$")
"""What a kill left of a file that was being written."""


@dataclass(frozen=True)
class Experiment(Generic[R]):
    """One training: a recipe, its data and its folder."""

    folder: Path
    recipe: R
    root: Path
    """The data folder, as `--data` has it."""
    data: tuple[dict[str, Any], ...]
    """Name, sha256 and rows of each file that is learnt from, judged on or begun with."""
    evaluation: Path | None = None
    """The file that is judged on: its names and their families are not learnt from."""

    @cached_property
    def judged(self) -> tuple[str, ...]:
        """The names in the file that is judged on.

        Raises:
            DataMissing: a line is no row.
        """
        return data_files.names(self.evaluation)

    @classmethod
    @contextmanager
    def begin(
        cls,
        folder: Path,
        recipe: R,
        data: Sequence[Path],
        root: Path,
        besides: Besides = _NOTHING,
    ) -> "Iterator[Experiment[R]]":
        """A new experiment, or the one in the folder if it has the same recipe and files.

        Args:
            folder: made if need be.
            recipe: how to train.
            data: the files that are learnt from.
            root: the data folder.
            besides: what is judged on, and what training begins with.

        Raises:
            ExperimentDiffers: the folder holds another experiment, or something else.
            ExperimentBusy: another process trains in it.
            FolderRefused: it cannot be made, or nothing can be written to it.
        """
        if folder.is_dir() and any(folder.iterdir()) and not _is_experiment(folder):
            raise ExperimentDiffers(f"{folder} is not empty and no experiment: name another --out")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FolderRefused(f"--out {folder} cannot be made: {error.strerror}") from error
        with _locked(folder):
            entries = data_files.described(data, root)
            entries += besides.described()
            if (folder / RECIPE).is_file():
                _check(folder, recipe, entries)
            else:
                write_text(folder / DATA, _json(entries))
                write_text(folder / RECIPE, to_toml(recipe.model_dump(mode="json")))
            _note_environment(folder)
            yield cls(folder, recipe, root, tuple(entries), besides.evaluation)

    @cached_property
    def checkpoints(self) -> "Checkpoints":
        """States to go on from."""
        from models.training.experiment.checkpoints import Checkpoints

        return Checkpoints(self.folder / "checkpoints")

    @property
    def candidate(self) -> Path:
        """Folder of the files until the gate accepts them; made if need be."""
        path = self.folder / CANDIDATE
        path.mkdir(exist_ok=True)
        return path

    @property
    def weights(self) -> Path:
        """Folder of the files that the gate accepted; not made here."""
        return self.folder / WEIGHTS

    @property
    def is_finished(self) -> bool:
        """Whether the weights are made and accepted."""
        return self.weights.is_dir() and (self.folder / MANIFEST).is_file()

    def step(self, name: str, make: Callable[[], T]) -> T:
        """What a step makes; a finished step is read and not made again.

        Args:
            name: of the step; a part of a file's name.
            make: makes the result: numbers, texts, tensors, arrays, lists and dicts of them.
        """
        from models.training.experiment.checkpoints import read, write

        path = self.folder / "checkpoints" / f"{name}.done"
        if path.is_file():
            result: T = read(path)
            return result
        result = make()
        write(path, result)
        self.checkpoints.clear(name)
        return result

    def log(self, part: str, step: int, **values: object) -> None:
        """Add a line to progress.jsonl: of which part of the training, and of which step."""
        line = json.dumps({"part": part, "step": step, **values})
        with (self.folder / PROGRESS).open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")

    def logged(self) -> list[dict[str, Any]]:
        """All lines of progress.jsonl; a line that a kill cut off is left out."""
        path = self.folder / PROGRESS
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        rows = []
        for line in lines:
            try:
                rows.append(json.loads(line))
            except ValueError:
                continue
        return rows

    def forget(self, part: str, after: int) -> None:
        """Take lines of a part after a step back: they will be written again."""
        rows = [row for row in self.logged() if row["part"] != part or row["step"] <= after]
        write_text(self.folder / PROGRESS, "".join(json.dumps(row) + "\n" for row in rows))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _is_experiment(folder: Path) -> bool:
    """Whether a folder holds an experiment, or one that was stopped while it began."""
    known = {RECIPE, DATA, ENVIRONMENT, ".lock"}
    names = {_PARTIAL.sub(r"\1", path.name) for path in folder.iterdir()}
    return (folder / RECIPE).is_file() or names <= known


def _check(folder: Path, recipe: Recipe, entries: Sequence[dict[str, Any]]) -> None:
    """Refuse to go on with another recipe or other files."""
    before = tomllib.loads((folder / RECIPE).read_text(encoding="utf-8"))
    after = tomllib.loads(to_toml(recipe.model_dump(mode="json")))
    lines = changes(before, after)
    lines += data_files.differences(data_files.read_entries(folder / DATA), entries)
    if lines:
        told = "\n  ".join(lines)
        raise ExperimentDiffers(
            f"{folder} holds another experiment:\n  {told}\n"
            "name another --out, or delete the folder"
        )


def _note_environment(folder: Path) -> None:
    """Add this run to the runs of the experiment."""
    path = folder / ENVIRONMENT
    runs = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    write_text(path, _json([*runs, environment()]))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise FolderRefused(f"--out {folder} cannot be written to: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ExperimentBusy(f"{folder}: another process trains in it") from error
        yield
    finally:
        os.close(descriptor)
