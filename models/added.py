"""Models that a user adds: a GGUF file of theirs, beside the weights, with a manifest of its own.

`python -m models fetch --from FILE` copies the file, takes its SHA-256, and reads from the file
itself what it is. From then on it is verified like a model that ships.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import BinaryIO

from models import registry
from models.extract.llm import llama
from models.fetch import make_folder, place
from models.registry import Manifest, UnknownModel, WeightsError, sha256_of
from schemas import clean_text

FIRST_REVISION = 100
"""Over the revisions of models that ship: where both have answered, the added one is shown.

A model that is added later has a higher one, as a result is named by its revision alone.
"""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class NotAdded(WeightsError):
    """The file cannot be added; the message says what to do."""


def add(source: Path, weights_dir: Path, name: str | None = None) -> Manifest:
    """Copy a GGUF file to the weights and write its manifest; again is no error.

    Args:
        source: the file.
        weights_dir: folder of what is fetched or made on this machine.
        name: what to call it; by default the file's name without its ending.

    Raises:
        NotAdded: it is no GGUF file of a language model, or the name is taken or not usable.
        llama.LlamaUnavailable: llama.cpp, which reads it, is not installed or does not run here.
        llama.NotAModel: llama.cpp runs here and cannot load the file.
        WeightsError: it could not be copied, or there is no folder for it.
    """
    chosen = name if name is not None else re.sub(r"[^a-z0-9._-]+", "-", source.stem.lower())
    if not _NAME.fullmatch(chosen):
        raise NotAdded(f"{chosen!r} is no name: use a-z, 0-9, . _ and -, at most 64 of them")
    if chosen in registry.names():
        raise NotAdded(f"{chosen} is a model that ships; give this one another --name")
    with _opened(source) as stream:
        if stream.read(4) != b"GGUF":
            raise NotAdded(f"{source} is no GGUF file")
    told = json.loads(llama.run_apart("describe", str(source)))
    make_folder(weights_dir)
    sha256 = sha256_of(source)
    before = _read(weights_dir / f"{chosen}.toml")
    same = before is not None and before.files["base"].sha256 == sha256
    target = weights_dir / f"{chosen}.gguf"
    if not target.is_file() or sha256_of(target) != sha256:
        place(source, target, sha256)
    if same:
        assert before is not None
        return before
    taken = [load(other, weights_dir).revision for other in names(weights_dir)]
    revision = max([FIRST_REVISION - 1, *taken]) + 1
    manifest = {
        "name": chosen,
        "version": sha256[:12],
        "revision": revision,
        "stage": "extract",
        "runtime": "gguf",
        "licence": clean_text(told["licence"] or "") or "unknown",
        "summary": clean_text(f"{told['name'] or chosen}: {told['description']}, added by a user."),
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in manifest.items()]
    lines += [
        "",
        "[files.base]",
        f'path = "{target.name}"',
        f'sha256 = "{sha256}"',
        f"size = {target.stat().st_size}",
        "local = true",
    ]
    partial = weights_dir / f"{chosen}.toml.part"
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial.rename(weights_dir / f"{chosen}.toml")
    return load(chosen, weights_dir)


def names(weights_dir: Path) -> list[str]:
    """Names of the models that were added, sorted; a TOML file without a GGUF beside it is none."""
    return sorted(
        path.stem for path in weights_dir.glob("*.toml") if path.with_suffix(".gguf").is_file()
    )


def load(name: str, weights_dir: Path) -> Manifest:
    """The manifest of a model that ships or was added.

    Raises:
        UnknownModel: there is none of that name.
        NotAdded: the manifest that was written beside the weights cannot be read.
    """
    if name in registry.names():
        return registry.load(name)
    if not _NAME.fullmatch(name) or (manifest := _read(weights_dir / f"{name}.toml")) is None:
        known = ", ".join([*registry.names(), *names(weights_dir)])
        raise UnknownModel(
            f"no model named {name!r}; there are: {known}."
            " `python -m models fetch --from FILE` adds a GGUF file"
        )
    return manifest


def _read(path: Path) -> Manifest | None:
    """The manifest in a file. Returns None if there is no file."""
    try:
        return Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise NotAdded(f"{path} is no manifest ({error}); add the model again") from error


def _opened(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as error:
        raise NotAdded(f"{source} cannot be read: {error.strerror}") from error
