"""Models that a user adds: their files beside the weights, with a manifest of their own.

`python -m models fetch --from FILE` copies a GGUF file, takes its SHA-256, and reads from the file
itself what it is. `python -m models activate` and the console install folders of files with their
manifest. From then on they are verified like models that ship.
"""

import fcntl
import json
import logging
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from models import registry
from models.extract.llm import llama
from models.fetch import make_folder, place
from models.registry import Manifest, UnknownModel, WeightsError, sha256_of
from models.toml_text import to_toml
from schemas import clean_text
from schemas.result import LAST_REVISION
from schemas.whole_file import replace

log = logging.getLogger(__name__)

FIRST_REVISION = 100
"""Over the revisions of models that ship: where both have answered, the added one is shown.

A model that is added later has a higher one, as a result is named by its revision alone.
"""

_MARK = ".revisions"
"""In the folder of weights: the highest revision that was ever given there.

A model that is taken away does not give its number to the next, as its results are still stored.
"""
_LOCK = ".active.lock"

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
    if not is_name(chosen):
        raise NotAdded(f"{chosen!r} is no name: use a-z, 0-9, . _ and -, at most 64 of them")
    if chosen in registry.known_names():
        raise NotAdded(f"{chosen} is a model that ships; give this one another --name")
    with _opened(source) as stream:
        if stream.read(4) != b"GGUF":
            raise NotAdded(f"{source} is no GGUF file")
    told = json.loads(llama.run_apart("describe", str(source)))
    make_folder(weights_dir)
    with locked(weights_dir):
        return _added(source, chosen, told, weights_dir)


def _added(source: Path, chosen: str, told: Mapping[str, Any], weights_dir: Path) -> Manifest:
    sha256 = sha256_of(source)
    before = _read(weights_dir / f"{chosen}.toml")
    same = before is not None and before.files["base"].sha256 == sha256
    target = weights_dir / f"{chosen}.gguf"
    if not target.is_file() or sha256_of(target) != sha256:
        place(source, target, sha256)
    if same:
        assert before is not None
        return before
    manifest = {
        "name": chosen,
        "version": sha256[:12],
        "revision": next_revision(weights_dir),
        "stage": "extract",
        "runtime": "gguf",
        "licence": clean_text(told["licence"] or "") or "unknown",
        "summary": clean_text(f"{told['name'] or chosen}: {told['description']}, added by a user."),
    }
    base = _entry(target.name, sha256, target.stat().st_size)
    return _written({**manifest, "files": {"base": base}}, weights_dir)


def install(manifest: Manifest, sources: Mapping[str, Path], weights_dir: Path) -> Manifest:
    """Copy the files of a model to a folder of its own and write its manifest, which comes last.

    Args:
        manifest: with the SHA-256 of each file, and the name under which it is known from now on.
        sources: role -> where the file is. Files of the manifest that are not here stay as it has
            them: those that are fetched or made.
        weights_dir: folder of what is fetched, made or added here.

    Raises:
        NotAdded: two files would have one name.
        WeightsError: a file could not be copied, or is not what the manifest says.
    """
    tables = manifest.model_dump(mode="json", exclude_defaults=True)
    for role, target in copy_files(manifest, sources, weights_dir).items():
        path = f"{manifest.name}/{target.name}"
        sha256 = str(manifest.files[role].sha256)
        tables["files"][role] = _entry(path, sha256, target.stat().st_size)
    return _written(tables, weights_dir)


def copy_files(
    manifest: Manifest, sources: Mapping[str, Path], weights_dir: Path
) -> dict[str, Path]:
    """Copy those files of a model that are missing or damaged; returns where each is, by role.

    Args, errors: as `install`.
    """
    names_of_files = {role: Path(manifest.files[role].path).name for role in sources}
    if len(set(names_of_files.values())) < len(names_of_files):
        raise NotAdded(f"{manifest.name}: two of its files have one name")
    folder = weights_dir / manifest.name
    folder.mkdir(parents=True, exist_ok=True)
    targets = {}
    for role, source in sources.items():
        target = folder / names_of_files[role]
        sha256 = str(manifest.files[role].sha256)
        if not target.is_file() or sha256_of(target) != sha256:
            place(source, target, sha256)
        targets[role] = target
    return targets


def is_name(name: str) -> bool:
    """Whether a model may be called so."""
    return _NAME.fullmatch(name) is not None and f"{name}.toml" != "active.toml"


def next_revision(weights_dir: Path) -> int:
    """A revision that no model has or had here.

    Raises:
        NotAdded: there is none left.
    """
    revision = _highest(weights_dir) + 1
    if revision > LAST_REVISION:
        raise NotAdded(
            f"a model here has revision {LAST_REVISION}, which is the last: no model can be added"
            f" after it. Choose another folder of weights, or take that model away with"
            f" {weights_dir / _MARK}"
        )
    return revision


def with_own_revision(manifest: Manifest, weights_dir: Path) -> Manifest:
    """The manifest with a revision that no other model has; its own if that is one.

    Results are told apart by it, so it is over those of models that ship.
    """
    known = manifests(weights_dir)
    is_again = (manifest.name, manifest.revision) in {(had.name, had.revision) for had in known}
    if manifest.revision >= FIRST_REVISION and (
        is_again or manifest.revision > _highest(weights_dir)
    ):
        return manifest
    return manifest.model_copy(update={"revision": next_revision(weights_dir)})


def names(weights_dir: Path) -> list[str]:
    """Names of the models that were added, sorted.

    A TOML file without a GGUF file or a folder of its name beside it is none.
    """
    return sorted(
        path.stem
        for path in weights_dir.glob("*.toml")
        if path.with_suffix(".gguf").is_file() or path.with_suffix("").is_dir()
    )


def manifests(weights_dir: Path) -> list[Manifest]:
    """The manifests of the models that were added; one that cannot be read is told of and left."""
    readable = []
    for name in names(weights_dir):
        try:
            readable.append(load(name, weights_dir))
        except NotAdded as error:
            log.warning("%s", error)
    return readable


def remove(name: str, weights_dir: Path) -> None:
    """Take a model away again; its revision is not given to another one."""
    (weights_dir / f"{name}.toml").unlink(missing_ok=True)
    shutil.rmtree(weights_dir / name, ignore_errors=True)


@contextmanager
def locked(weights_dir: Path) -> Iterator[None]:
    """Only one process adds models, or changes what is active, at a time."""
    with (weights_dir / _LOCK).open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _highest(weights_dir: Path) -> int:
    """The highest revision that was given in this folder."""
    revisions = [manifest.revision for manifest in manifests(weights_dir)]
    # There is no mark in a folder of before it.
    with suppress(FileNotFoundError, ValueError):
        revisions.append(int((weights_dir / _MARK).read_text(encoding="ascii")))
    return max([FIRST_REVISION - 1, *revisions])


def _note_revision(revision: int, weights_dir: Path) -> None:
    if revision < FIRST_REVISION:
        return
    highest = max(revision, _highest(weights_dir))
    partial = weights_dir / f"{_MARK}.part"
    partial.write_text(f"{highest}\n", encoding="ascii")
    partial.replace(weights_dir / _MARK)


def load(name: str, weights_dir: Path) -> Manifest:
    """The manifest of a model that ships or was added.

    Raises:
        UnknownModel: there is none of that name.
        NotAdded: the manifest that was written beside the weights cannot be read.
    """
    if name in registry.known_names():
        return registry.load(name)
    if not is_name(name) or (manifest := _read(weights_dir / f"{name}.toml")) is None:
        known = ", ".join([*registry.known_names(), *names(weights_dir)])
        raise UnknownModel(
            f"no model named {name!r}; there are: {known}."
            " `python -m models fetch --from FILE` adds a GGUF file"
        )
    return manifest


def _entry(path: str, sha256: str, size: int) -> dict[str, Any]:
    """What a manifest says of a user's own file."""
    return {"path": path, "sha256": sha256, "size": size, "local": True}


def _written(tables: Mapping[str, Any], weights_dir: Path) -> Manifest:
    """Write a manifest beside the weights, whole or not at all."""
    name = str(tables["name"])
    _note_revision(int(tables["revision"]), weights_dir)
    replace(weights_dir / f"{name}.toml", to_toml(tables))
    return load(name, weights_dir)


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
