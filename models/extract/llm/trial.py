"""What llama.cpp is asked to do in a process of its own: `python -m models.extract.llm.trial`.

    answer BASE [ADAPTER]      load the model and answer one question
    quantise SOURCE TARGET     make a Q8_0 of a GGUF file
    describe FILE              print what a GGUF file says of itself, as JSON

`models.extract.llm.llama.run_apart` starts it: whatever native code does to this process, the one
that asked lives on and can say what happened.
"""

import ctypes
import json
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


def describe(file: Path) -> None:
    """Print name, licence and description of a model, and whether it brings a chat template.

    Raises:
        NotAModel: llama.cpp cannot load it as a language model.
    """
    llama_cpp = llama.library()
    llama_cpp.llama_backend_init()
    parameters = llama_cpp.llama_model_default_params()
    parameters.n_gpu_layers = 0
    model = llama_cpp.llama_model_load_from_file(str(file).encode(), parameters)
    if not model:
        raise llama.NotAModel(f"{file} is no GGUF model that this llama.cpp can load")
    buffer = ctypes.create_string_buffer(256)

    def told(key: bytes) -> str | None:
        length = llama_cpp.llama_model_meta_val_str(model, key, buffer, len(buffer))
        return buffer.value.decode("utf-8", "replace") if length >= 0 else None

    name, licence = told(b"general.name"), told(b"general.license")
    llama_cpp.llama_model_desc(model, buffer, len(buffer))
    said = {
        "name": name,
        "licence": licence,
        "description": buffer.value.decode("utf-8", "replace"),
        "template": llama_cpp.llama_model_chat_template(model, None) is not None,
    }
    sys.stdout.write(json.dumps(said) + "\n")
    llama_cpp.llama_model_free(model)


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
            case ["describe", file]:
                describe(Path(file))
            case _:
                sys.stderr.write(f"{__doc__}\n")
                return 2
    except llama.NotAModel as error:
        sys.stderr.write(f"{error}\n")
        return llama.NOT_A_MODEL
    except WeightsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
