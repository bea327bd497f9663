"""What can be wrong before or while a model is trained. Messages say what to do."""

from pathlib import Path


class TrainingError(Exception):
    """A training cannot go on; the message says what to do. Exit code 1."""


class RecipeError(TrainingError):
    """A recipe is not there, or one of its settings is not allowed."""


class DataMissing(TrainingError):
    """A file of the data folder is not there, or does not fit."""


class ExperimentDiffers(TrainingError):
    """The folder holds an experiment with another recipe or other data."""


class ExperimentBusy(TrainingError):
    """Another process trains in the folder."""


class FolderRefused(TrainingError):
    """The folder of an experiment cannot be made or written to."""


class PackagesMissing(TrainingError):
    """An optional package is not installed."""

    def __init__(self, error: ImportError, extras: str) -> None:
        super().__init__(
            f"training needs the extra `{extras}` ({error}): uv pip install -e '.[{extras}]'"
        )


def require_files(folder: Path, names: list[str], what: str) -> list[Path]:
    """The paths of files of the data folder.

    Args:
        folder: as `--data` has it.
        names: of the files, relative to it.
        what: the folder is, for the message.

    Raises:
        DataMissing: a file is not there.
    """
    paths = [folder / name for name in names]
    for path in paths:
        if not path.is_file():
            raise DataMissing(f"{path} is not there: --data is {what}")
    return paths
