"""Makes the ONNX file of MiniLM: the text network with a head that changes nothing.

Its products are in 8 bits with one scale each, as those of the classifier, so that a vector does
not depend on what else is in a batch. The scales are taken from texts that are made up of words of
the vocabulary: nothing that is searched or judged.
"""

import importlib
import random
from pathlib import Path
from typing import TYPE_CHECKING

from models.registry import WeightsError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from models.training.music_text.model import Tower

_LONGEST = 64
_TEXTS = 512
_BATCH = 64
_SHORTEST_WORD = 3


class MissingTraining(WeightsError):
    """The packages that make the file are not installed."""


def require_training(folder: Path) -> None:
    """Look whether the file can be made here, before anything is fetched for it.

    Raises:
        MissingTraining: the extra `train` is not installed.
    """
    try:
        importlib.import_module("models.training.classifier.export")
        importlib.import_module("models.training.music_text.export")
    except ImportError as error:
        raise MissingTraining(
            f"the text network is made by the extra `train` ({error.name} is missing):"
            " uv pip install 'mimmo-streams[train]', once and on any machine; then copy the folder"
            f" {folder}"
        ) from error


def make(source: Path, target: Path) -> None:
    """Write the network.

    Args:
        source: `model.safetensors`; `config.json` and `tokenizer.json` lie beside it.
        target: the ONNX file.

    Raises:
        MissingTraining: the extra `train` is not installed.
    """
    require_training(source.parent)
    from models.training.classifier.export import Graph
    from models.training.music_text.export import export

    tower, tokenizer = tower_of(source.parent)
    fix_scales(tower, tokenizer)
    export(tower, target, Graph())


def tower_of(folder: Path) -> "tuple[Tower, Tokenizer]":
    """MiniLM in floats, as it was trained, and its tokenizer."""
    import torch

    from models.training.music_text.model import Tower, tokenizer_of
    from models.training.music_text.settings import MusicTextRecipe, Stage
    from models.training.music_text.settings import Tower as Settings

    settings = Settings(base=str(folder), longest=_LONGEST, dropout=0.0)
    # Nothing is trained; a recipe has a stage.
    none = Stage(store="none", epochs=1, batch=1, rate=1.0)
    recipe = MusicTextRecipe(name="minilm", tower=settings, clips=none)
    tokenizer = tokenizer_of(recipe)
    tower = Tower(tokenizer, recipe, 384).eval()
    (head,) = tower.head
    with torch.no_grad():
        head.weight.copy_(torch.eye(384))
        head.bias.zero_()
    return tower, tokenizer


def fix_scales(tower: "Tower", tokenizer: "Tokenizer") -> None:
    """Let the network read some texts, and fix the scales of what comes into its products."""
    import torch

    from models.embed.text import tokens_of
    from models.training.classifier.model import Precision, Product

    products = [module for module in tower.modules() if isinstance(module, Product)]
    for product in products:
        product.precision = Precision.OBSERVED
    texts = sample(tokenizer)
    with torch.inference_mode():
        for place in range(0, len(texts), _BATCH):
            ids, mask = tokens_of(tokenizer, texts[place : place + _BATCH], _LONGEST)
            tower(torch.from_numpy(ids), torch.from_numpy(mask).float())
    for product in products:
        product.precision = Precision.EIGHT_BITS


def sample(tokenizer: "Tokenizer", count: int = _TEXTS) -> list[str]:
    """Texts in the form of works and of questions, of words that mean nothing together."""
    words = sorted(
        piece
        for piece in tokenizer.get_vocab()
        if len(piece) >= _SHORTEST_WORD and piece.isascii() and piece.isalpha()
    )
    dice = random.Random(0)  # noqa: S311
    kinds = ("music album", "movie", "television series", "song", "concert")
    texts = []
    for number in range(count):
        title = " ".join(dice.sample(words, 1 + number % 6))
        if number % 2:
            texts.append(title)
        else:
            creator = " ".join(dice.sample(words, 2))
            year = dice.randint(1950, 2026)
            texts.append(f"{title} by {creator}, {dice.choice(kinds)}, {year}")
    return texts
