"""What llama.cpp is asked to do in a process of its own: `python -m models.extract.llm.trial`.

    answer BASE [ADAPTER]      load the model and answer one question
    quantise SOURCE TARGET     make a Q8_0 of a GGUF file

`models.extract.llm.llama.run_apart` starts it: whatever native code does to this process, the one
that asked lives on and can say what happened.
"""

import sys
from pathlib import Path

from models.extract.llm import llama
from models.registry import WeightsError


def answer(base: Path, adapter: Path | None) -> None:
    """Answer one question and print the answer, whatever it is."""
    from models.extract.llm.gguf import GgufEngine
    from models.extract.llm.prompt import prompt_for
    from schemas import Subcategory

    with GgufEngine(base, adapter, batch_size=1) as engine:
        question = prompt_for("Big.Buck.Bunny.2008.1080p.BluRay.x264", Subcategory.MOVIE)
        sys.stdout.write(engine.answer([question])[0] + "\n")


def quantise(source: Path, target: Path) -> None:
    """Write `source` as Q8_0.

    Raises:
        WeightsError: llama.cpp could not.
    """
    llama_cpp = llama.library()
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0
    parameters.allow_requantize = True
    code = llama_cpp.llama_model_quantize(str(source).encode(), str(target).encode(), parameters)
    if code != 0:
        raise WeightsError(f"{target.name} could not be made (code {code}); is the disk full?")


def main(arguments: list[str]) -> int:
    """Do what the arguments say; returns the exit code."""
    try:
        match arguments:
            case ["answer", base]:
                answer(Path(base), None)
            case ["answer", base, adapter]:
                answer(Path(base), Path(adapter))
            case ["quantise", source, target]:
                quantise(Path(source), Path(target))
            case _:
                sys.stderr.write(f"{__doc__}\n")
                return 2
    except WeightsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
