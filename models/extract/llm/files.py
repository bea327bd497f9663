"""Which files a GGUF model is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models import added, registry
from models.active import SHIPPED, Stage
from models.extract.llm import llama
from models.registry import Manifest


@dataclass(frozen=True, slots=True)
class Files:
    """The verified files of a model, and the folder where it is noted what llama.cpp can load."""

    base: Path
    adapter: Path | None
    notes: Path

    def require(self) -> None:
        """Let the model answer in a process of its own, unless it is noted that it can.

        Raises:
            llama.LlamaUnavailable, llama.NotAModel: it cannot.
        """
        llama.require(self.notes, self.base, self.adapter)


def files_of(manifest: Manifest, path: Callable[[str], Path], fetched: Path) -> Files:
    """The files of a model: a base with or without an adapter, or an adapter alone.

    An adapter alone is for the base that its setting `base` names, which is that of the model that
    ships if it names none.

    Args:
        manifest: the model.
        path: where the file of a role is, verified.
        fetched: folder of files that are fetched or made.

    Raises:
        registry.WeightsError: a file is not on this machine or not the right one.
    """
    llama.folder()  # where llama.cpp is not installed, that is what to say first
    adapter = path("adapter") if "adapter" in manifest.files else None
    if manifest.files.keys() & {"base", "q8_0"}:
        return Files(path(_base_of(manifest)), adapter, fetched)
    taught_on = added.load(str(manifest.settings.get("base", SHIPPED[Stage.LLM])), fetched)
    return Files(registry.file_path(taught_on, _base_of(taught_on), fetched), adapter, fetched)


def _base_of(manifest: Manifest) -> str:
    return "q8_0" if "q8_0" in manifest.files else "base"
