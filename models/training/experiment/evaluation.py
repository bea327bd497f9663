"""The file that a candidate is judged on: read before hours are spent on a training."""

from collections.abc import Callable, Mapping
from pathlib import Path

from models.evaluation.cases import BadCases
from models.training.compare import cases
from models.training.compare.cases import Evaluation
from models.training.experiment.errors import DataMissing

_READ: Mapping[str, Callable[[Evaluation], object]] = {
    "tagger": cases.with_fields,
    "llm": cases.with_fields,
    "match": cases.links,
}
"""Task -> what reads its cases; those of all others are names with their class."""


def require_cases(task: str, path: Path) -> None:
    """Refuse a file that is not of cases of the task.

    Raises:
        DataMissing: it is not there, it is empty, or a line is no case.
    """
    try:
        _READ.get(task, cases.names)(Evaluation(files=(path,)))
    except OSError as error:
        raise DataMissing(f"--evaluation {path} cannot be read: {error.strerror}") from error
    except BadCases as error:
        raise DataMissing(f"--evaluation {path} cannot be judged on: {error}") from error
