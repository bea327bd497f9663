"""Names of weights on the command line: what ships, what is active, a folder, or a model."""

from pathlib import Path

from models import active
from models.active import Origin, Stage, Weights
from models.folders import MANIFEST, read_manifest
from models.home import WEIGHTS
from models.registry import Manifest, WeightsError

TASKS = {
    "classifier": Stage.CLASSIFY,
    "tagger": Stage.TAGGER,
    "match": Stage.MATCH,
    "llm": Stage.LLM,
}
"""Task of a training -> the stage whose weights it makes."""


class NoWeights(WeightsError):
    """What was named are no weights of the task; the message says what could be."""


def weights_of(task: str, name: str, weights_dir: Path) -> Weights:
    """The weights that a word of the command line names.

    Args:
        task: one of `TASKS`.
        name: `shipped`, `active`, the folder of an experiment or its manifest, or the name of a
            model that ships or was installed.
        weights_dir: folder of installed models.

    Raises:
        WeightsError: there are none, or they are of another stage.
    """
    stage = TASKS[task]
    if name == "shipped":
        return active.shipped(stage, weights_dir)
    if name == "active":
        return active.chosen(stage, weights_dir)
    path = Path(name)
    if path.is_dir() or path.name == MANIFEST:
        return of_folder(stage, path if path.is_dir() else path.parent, weights_dir)
    try:
        return active.named(stage, name, weights_dir)
    except WeightsError as error:
        raise NoWeights(
            f"{error}; weights are named by `shipped`, `active`, the folder of an experiment, or"
            " the name of an installed model"
        ) from error


def of_folder(stage: Stage, folder: Path, weights_dir: Path = WEIGHTS) -> Weights:
    """The weights of an experiment: the candidate, or what was accepted.

    Raises:
        WeightsError: there is no manifest, or it is of another stage.
    """
    return of_manifest(stage, read_manifest(folder), folder, weights_dir)


def of_manifest(
    stage: Stage, manifest: Manifest, folder: Path, weights_dir: Path = WEIGHTS
) -> Weights:
    """The weights of a manifest whose files are below a folder.

    Raises:
        NoWeights: it is of another stage.
    """
    if active.stage_of(manifest) is not stage:
        raise NoWeights(f"{folder} holds {manifest.label}, which is no model of {stage}")
    return Weights(stage, manifest, folder, Origin.GIVEN, weights_dir)
