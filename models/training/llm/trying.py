"""Asks llama.cpp with the written files: does it load them, and does it say what torch says?

Where there is no llama.cpp, or it dies, the training goes on: the files are made without it.
"""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from models.extract.llm import llama
from models.registry import WeightsError

if TYPE_CHECKING:
    from models.training.llm.train import Taught

log = logging.getLogger(__name__)


def tried(files: Mapping[str, str], taught: "Taught") -> dict[str, Any]:
    """How often llama.cpp gives the same answer as torch; empty where it cannot be asked.

    Args:
        files: role -> name of the file in the candidate's folder.
        taught: the model of torch, and the names that are held out.
    """
    from models.extract.llm.gguf import GgufEngine
    from models.training.llm.answering import Answers

    folder = taught.experiment.candidate
    base = folder / files["base"] if "base" in files else taught.source
    paths = [base, *(folder / files[role] for role in files if role == "adapter")]
    prompts = [pair.prompt for pair in taught.held[: taught.recipe.measured.agreement]]
    if not prompts:
        return {}
    try:
        # A process of its own first: whatever native code does to it, this one lives on.
        llama.run_apart("answer", *map(str, paths))
        with GgufEngine(*paths, threads=taught.recipe.machine.threads) as engine:
            given = engine.answer(prompts)
    except WeightsError as error:
        log.warning("llama.cpp was not asked with the written files: %s", error)
        return {}
    wanted = Answers(taught.model, taught.tokenizer).answer(prompts)
    agreed = sum(answer == text for answer, text in zip(given, wanted, strict=True))
    log.info("llama.cpp answers as torch about %d of %d names", agreed, len(prompts))
    return {"asked": len(prompts), "agreed": agreed}
