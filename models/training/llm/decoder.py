"""The base: a decoder of a folder as transformers writes it, or of a GGUF file."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from models import registry
from models.training.experiment.errors import TrainingError
from models.training.llm.settings import SHIPPED, Decoder, Lora

PROJECTIONS = {
    "q_proj": "attn_q",
    "k_proj": "attn_k",
    "v_proj": "attn_v",
    "o_proj": "attn_output",
    "gate_proj": "ffn_gate",
    "up_proj": "ffn_up",
    "down_proj": "ffn_down",
}
"""Names of the products that are taught, in transformers and in GGUF
(gguf.constants.MODEL_TENSOR)."""

_MAGIC = b"GGUF"


class NoDecoder(TrainingError):
    """The base cannot be loaded or taught; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Base:
    """Where a base is."""

    path: Path
    """A folder or a GGUF file."""
    answers: Path
    """What llama.cpp reads of it: the same but for the base that ships, whose Q8_0 is faster."""

    @property
    def is_gguf(self) -> bool:
        """Whether it is a GGUF file."""
        return self.path.is_file()

    @property
    def files(self) -> list[Path]:
        """The files that it is made of: weights, configuration and tokenizer."""
        if self.is_gguf:
            return [self.path]
        kinds = ("*.json", "*.safetensors", "*.bin", "*.jinja", "*.model")
        return sorted(path for kind in kinds for path in self.path.glob(kind))


def located(decoder: Decoder) -> Base:
    """Where the base of a recipe is.

    Raises:
        NoDecoder: it is not there.
    """
    if decoder.path == SHIPPED:
        manifest, weights = registry.load("smollm2"), Path(decoder.weights)
        try:
            path = registry.file_path(manifest, "base", weights)
            return Base(path, registry.file_path(manifest, "q8_0", weights))
        except registry.WeightsError as error:
            raise NoDecoder(f"{error}, or name another base by --base") from error
    path = Path(decoder.path)
    if path.is_dir():
        if not (path / "config.json").is_file():
            raise NoDecoder(f"{path} has no config.json: --base is a folder of transformers")
        return Base(path, path)
    try:
        with path.open("rb") as stream:
            magic = stream.read(len(_MAGIC))
    except OSError as error:
        raise NoDecoder(
            f"{path} cannot be read ({error.strerror}): --base is a folder as transformers writes"
            " it, or a GGUF file"
        ) from error
    if magic != _MAGIC:
        raise NoDecoder(f"{path} is no GGUF file")
    return Base(path, path)


def load(base: Base) -> tuple[Any, Any]:
    """The model in 32-bit floats and its tokenizer. Nothing is fetched and no code of it is run.

    Raises:
        NoDecoder: transformers cannot load it, or it has no products that could be taught.
        ImportError: the extra `train` is not installed.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = base.path.parent if base.is_gguf else base.path
    options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    if base.is_gguf:
        options["gguf_file"] = base.path.name
    try:
        with _quiet():
            tokenizer = AutoTokenizer.from_pretrained(folder, **options)
            model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, **options)
    except (OSError, ValueError, KeyError, RuntimeError, NotImplementedError) as error:
        told = str(error).strip().splitlines()
        raise NoDecoder(
            f"{base.path} is no decoder that transformers can load"
            f" ({told[0] if told else type(error).__name__}): name another one by --base"
        ) from error
    products = {name.rsplit(".", 1)[-1] for name, _ in model.named_modules()}
    if not hasattr(model, "lm_head") or not products & PROJECTIONS.keys():
        raise NoDecoder(
            f"{base.path} is a {model.config.model_type}, whose products are not named"
            f" {', '.join(PROJECTIONS)}: name a Llama, Qwen, Mistral or SmolLM by --base"
        )
    model.config.use_cache = False
    # What looks like a control token in a name is text, as llama.cpp reads it.
    tokenizer.split_special_tokens = True
    return model, tokenizer


def with_lora(model: Any, lora: Lora) -> Any:
    """The model with fresh matrices beside its products; only they are learnt."""
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        target_modules=list(PROJECTIONS),
        lora_dropout=lora.dropout,
        bias="none",
        task_type="CAUSAL_LM",
    )
    return get_peft_model(model, config)


@contextmanager
def _quiet() -> Iterator[None]:
    """No bars and no advice of transformers while a model is loaded."""
    from transformers.utils import logging as told

    before = told.get_verbosity()
    told.set_verbosity(logging.ERROR)
    told.disable_progress_bar()
    try:
        with redirect_stderr(StringIO()):  # the bar of a GGUF file asks nobody
            yield
    finally:
        told.set_verbosity(before)
