"""Imports of models that are under way: what was accepted, received and tried, kept on disk."""

import hashlib
import json
import re
import secrets
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from infra.settings import Settings
from models import registry
from models.folders import ACCEPTED, require_accepted
from models.registry import AUDIO, Manifest, WeightsError, is_audio
from models.tags.adapters.description import require_described
from schemas.whole_file import replace

_ID = re.compile(r"[0-9a-f]{16}")
_MOST = 200
"""Imports that are kept; beginning one more is refused."""


class Kind(StrEnum):
    """What is imported."""

    MANIFEST = "manifest"
    """The files of a model whose manifest ships."""
    GGUF = "gguf"
    """A GGUF file of the operator's own."""
    FOLDER = "folder"
    """A folder with a network for ONNX Runtime and its manifest."""


class ImportRefused(Exception):
    """It cannot be imported; the message says why and what to do."""


class Expected(BaseModel):
    """A file that the import needs; the hash is None where nobody knows it yet."""

    name: str
    sha256: str | None = None
    size: int | None = None


class Received(BaseModel):
    """A file that came and is what was expected."""

    path: str
    sha256: str
    size: int


class Acceptance(BaseModel):
    """Who accepted which licence, and when; `sha256` is of the text that was shown."""

    who: str
    at: datetime
    licence: str
    sha256: str


class Tried(BaseModel):
    """How a dry run went. `rows` are of names, `changes` of stored torrents."""

    ok: bool
    message: str
    rows: list[dict[str, Any]] = []
    compared: int = 0
    by_field: dict[str, int] = {}
    changes: list[dict[str, str]] = []


class Import(BaseModel):
    """One import."""

    id: str
    kind: Kind
    name: str
    who: str
    licence: str
    licence_url: str = ""
    source: str | None = None
    manifest: Manifest | None = None
    """Of a folder: as it was read when the import began. What lies there may change since."""
    expected: dict[str, Expected]
    received: dict[str, Received] = {}
    accepted: Acceptance | None = None
    problem: str = ""
    tried: Tried | None = None
    installed: str | None = None

    @property
    def step(self) -> str:
        """What is to be done next: licence, files, trial, install or done."""
        if self.accepted is None:
            return "licence"
        if self.expected.keys() - self.received.keys():
            return "files"
        if self.tried is None or not self.tried.ok:
            return "trial"
        return "install" if self.installed is None else "done"

    @property
    def terms(self) -> str:
        """The text that is accepted."""
        where = f" Its text is at {self.licence_url}." if self.licence_url else ""
        return (
            f"The model {self.name} is used under {self.licence}.{where}"
            " Whoever accepts has read the licence and keeps to it."
        )


class Imports:
    """The imports of a home, each in a folder of its own."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.home.resolve() / "console"
        self.folder = self._home / "imports"

    def begin(self, begun: Import) -> Import:
        """Keep a new import.

        Raises:
            ImportRefused: there are too many.
        """
        if self.folder.is_dir() and sum(1 for _ in self.folder.iterdir()) >= _MOST:
            raise ImportRefused(f"{_MOST} imports are kept; delete some below {self.folder}")
        self.place(begun).mkdir(parents=True, exist_ok=True)
        self.save(begun)
        return begun

    def find(self, number: str) -> Import | None:
        """An import by its id. Returns None if there is none, or it cannot be read."""
        if not _ID.fullmatch(number):
            return None
        try:
            text = (self.folder / number / "import.json").read_text(encoding="utf-8")
            return Import.model_validate_json(text)
        except (OSError, ValidationError):
            return None

    def save(self, changed: Import) -> None:
        """Write an import, whole or not at all."""
        path = self.place(changed) / "import.json"
        replace(path, changed.model_dump_json(indent=1))

    def place(self, told: Import) -> Path:
        """The folder of an import."""
        return self.folder / told.id

    @staticmethod
    def clear(told: Import) -> None:
        """Throw away the files of an import, which are beside the weights now."""
        for file in told.received.values():
            Path(file.path).unlink(missing_ok=True)

    def accept(self, told: Import, who: str) -> Import:
        """Note who accepts the licence: in the import, and in a log that only grows."""
        accepted = Acceptance(
            who=who,
            at=datetime.now(UTC),
            licence=told.licence,
            sha256=hashlib.sha256(told.terms.encode()).hexdigest(),
        )
        line = {"model": told.name, "url": told.licence_url, "terms": told.terms}
        self._home.mkdir(parents=True, exist_ok=True)
        with (self._home / "licences.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps({**line, **accepted.model_dump(mode="json")}) + "\n")
        changed = told.model_copy(update={"accepted": accepted, "problem": ""})
        self.save(changed)
        return changed


def manifest_of(told: Import) -> Manifest:
    """The manifest of a folder that is imported, as it was read at the beginning.

    Raises:
        ImportRefused: a version that kept none began the import.
    """
    if told.manifest is None:
        raise ImportRefused("this import has no manifest; begin it again")
    return told.manifest


def new_id() -> str:
    """An id that nobody guesses."""
    return secrets.token_hex(8)


def of_manifest(name: str, who: str, licence_url: str) -> Import:
    """An import of the files that a manifest names and that do not ship.

    Raises:
        ImportRefused: there is no such manifest, or nothing to bring.
    """
    if name not in registry.names():
        raise ImportRefused(f"{name} is no model with a manifest that ships")
    manifest = registry.load(name)
    needed = {
        role: Expected(name=file.path, sha256=file.sha256, size=file.size)
        for role, file in manifest.files.items()
        if file.wheel is not None
    }
    if not needed:
        raise ImportRefused(f"all files of {name} ship with the package")
    return Import(
        id=new_id(),
        kind=Kind.MANIFEST,
        name=name,
        who=who,
        licence=manifest.licence,
        licence_url=licence_url,
        expected=needed,
    )


def of_folder(folder: Path, manifest: Manifest, who: str, licence_url: str) -> Import:
    """An import of a folder with a manifest.

    Raises:
        ImportRefused: the manifest is of no ONNX model, or names files outside of the folder; or
            the folder is of an experiment that the gate of training refused.
    """
    stages = ("classify", "extract", AUDIO)
    if manifest.runtime != "onnx" or manifest.stage not in stages:
        raise ImportRefused(
            f"the manifest must be of runtime onnx and of stage {', '.join(stages[:-1])} or {AUDIO}"
        )
    try:
        require_accepted(folder)
        if is_audio(manifest):
            require_described(manifest)
    except WeightsError as error:
        raise ImportRefused(str(error)) from error
    if "model" not in manifest.files:
        raise ImportRefused("the manifest names no file `model`")
    for role, file in manifest.files.items():
        if file.sha256 is None or not re.fullmatch(r"[\w-]{1,32}", role):
            raise ImportRefused(f"the manifest has no sha256 of {role[:32]}")
    return Import(
        id=new_id(),
        kind=Kind.FOLDER,
        name=manifest.name,
        who=who,
        licence=manifest.licence,
        licence_url=licence_url,
        source=str(folder),
        manifest=manifest,
        expected={
            role: Expected(name=Path(file.path).name, sha256=file.sha256, size=file.size)
            for role, file in manifest.files.items()
        },
    )


def sources_of(told: Import, roles: list[str]) -> dict[str, Path]:
    """Where files of a folder are: in it, or where an experiment has them."""
    root = Path(told.source or "")
    names = {role: told.expected[role].name for role in roles}
    within = {role: root / ACCEPTED / name for role, name in names.items()}
    return {role: path if path.is_file() else root / names[role] for role, path in within.items()}
