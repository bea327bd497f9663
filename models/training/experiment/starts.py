"""The weights that a training begins with or is taught by: files, by what they are."""

from pathlib import Path

from models import registry
from models.active import Weights
from models.beside import start_name
from models.registry import WeightsError
from models.training.experiment.errors import DataMissing

WEIGHTS = "model.safetensors"
"""The weights in the folder of a BERT, as `save_pretrained` writes them."""


def shipped(model: str, *roles: str) -> dict[str, Path]:
    """Files of a model that ships.

    Raises:
        DataMissing: one is missing, or another one.
    """
    manifest = registry.load(model)
    try:
        paths = {role: registry.file_path(manifest, role) for role in roles}
    except WeightsError as error:
        raise DataMissing(str(error)) from error
    return {start_name(manifest, role): path for role, path in paths.items()}


def of_weights(weights: Weights) -> dict[str, Path]:
    """All files of a model that is active.

    Raises:
        DataMissing: one is missing, or another one.
    """
    try:
        paths = {role: weights.path(role) for role in weights.manifest.files}
    except WeightsError as error:
        raise DataMissing(str(error)) from error
    return {start_name(weights.manifest, role): path for role, path in paths.items()}


def base(setting: str, folder: Path) -> dict[str, Path]:
    """The weights in the folder of a BERT.

    Args:
        setting: of the recipe, which names the BERT.
        folder: of the BERT.
    """
    return {setting: folder / WEIGHTS}
