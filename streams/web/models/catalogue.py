"""Every model that there is a manifest of: those that ship, and those that an operator added."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import asyncpg
from pydantic import ValidationError

from infra.settings import Settings
from models import added, registry
from models.active import Origin as Why
from models.active import Stage, stage_of
from models.registry import Manifest, ManifestFile, WeightsError
from streams.pipeline.chosen import chosen_weights
from streams.web.models.hashes import Hashes

LICENCES = {
    "Apache-2.0": "https://www.apache.org/licenses/LICENSE-2.0",
    "MIT": "https://opensource.org/license/mit",
    "BSD-3-Clause": "https://opensource.org/license/bsd-3-clause",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "GPL-3.0": "https://www.gnu.org/licenses/gpl-3.0.html",
}
"""Where the text of a licence is, by its SPDX name."""

TASKS = {
    "classify": "Says what a torrent is: medium, subcategory, adult or not",
    "extract": "Reads title, creator, year and the like from names",
    "match": "Links music to MusicBrainz",
    "audio": "Says what sounds are, for mimmo hear",
}
RUNTIMES = {
    "onnx": "ONNX Runtime",
    "gguf": "llama.cpp (GGUF)",
    "rules": "no runtime: rules",
    "index": "no runtime: an index of MusicBrainz",
}


class FileState(StrEnum):
    """What is known of a file of a model."""

    OK = "ok"
    MISSING = "missing"
    MISMATCH = "mismatch"
    CHECKING = "checking"


class Origin(StrEnum):
    """How a model came here."""

    SHIPS = "ships with Mimmo"
    ADDED = "added here"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model. `sha256` is the one that it should have, `actual` the one that it has."""

    role: str
    path: Path
    state: FileState
    size: int | None
    sha256: str | None
    actual: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A model of the catalogue."""

    manifest: Manifest
    origin: Origin
    files: tuple[ModelFile, ...]

    @property
    def size(self) -> int:
        """Bytes of its files on this machine, or as the manifest has them."""
        return sum(file.size or 0 for file in self.files)

    @property
    def state(self) -> FileState:
        """The worst that is known of its files."""
        states = {file.state for file in self.files}
        order = (FileState.MISMATCH, FileState.MISSING, FileState.CHECKING)
        return next((state for state in order if state in states), FileState.OK)

    @property
    def method(self) -> str | None:
        """By which method its results are made. Returns None where several are."""
        by_stage = {Stage.LLM: "llm", Stage.TAGGER: "tagger"}
        stage = stage_of(self.manifest)
        return by_stage.get(stage) if stage is not None else None

    @property
    def counted_as(self) -> str | None:
        """The name of its results' model. None for the tagger that ships: they are `extract`'s."""
        return None if self.manifest.name == "tagger" else self.manifest.name

    @property
    def licence_url(self) -> str | None:
        """Where its licence can be read; None if we do not know."""
        by_name = {name.lower(): url for name, url in LICENCES.items()}
        return by_name.get(self.manifest.licence.lower())


@dataclass(frozen=True, slots=True)
class Asked:
    """Which models are asked on this machine, and which cannot be."""

    names: Mapping[str, Why]
    """Name of a model -> why it is asked."""
    problems: tuple[str, ...]


def asked(settings: Settings) -> Asked:
    """What workers on this machine ask when they start; files are not looked at."""
    names: dict[str, Why] = {}
    problems = []
    for stage in Stage:
        try:
            weights = chosen_weights(settings, stage)
        except WeightsError as error:
            problems.append(str(error))
        else:
            names[weights.manifest.name] = weights.origin
    return Asked(names, tuple(problems))


@dataclass(frozen=True, slots=True)
class Active:
    """The revision of a stage and method that is shown."""

    stage: str
    method: str
    revision: int
    chosen: bool
    """Whether somebody chose it; otherwise it is the highest that there is."""


@cache
def hashes(home: Path) -> Hashes:
    """The hashes of this process, kept below its home."""
    return Hashes(home / "console" / "hashes.json")


def entries(settings: Settings) -> list[Entry]:
    """Every model, those that ship first; optional ones where something of them is here."""
    optional = [
        name
        for name in registry.optional_names()
        if any(
            registry.location(manifest, role, settings.weights_dir).is_file()
            for manifest in [registry.load(name)]
            for role in manifest.files
        )
    ]
    return [
        told
        for name in (*registry.names(), *optional, *added.names(settings.weights_dir))
        if (told := entry(settings, name)) is not None
    ]


def entry(settings: Settings, name: str) -> Entry | None:
    """A model by its name. Returns None if there is none, or its manifest cannot be read."""
    try:
        manifest = added.load(name, settings.weights_dir)
    except (WeightsError, ValidationError):
        return None
    origin = Origin.SHIPS if name in registry.names() else Origin.ADDED
    taken = hashes(settings.home.resolve())
    files = tuple(
        _file(manifest, role, file, settings.weights_dir, taken)
        for role, file in manifest.files.items()
    )
    return Entry(manifest, origin, files)


_ACTIVE = """
SELECT r.stage::text AS stage, r.method::text AS method,
    coalesce(a.revision, max(r.revision)) AS revision, a.revision IS NOT NULL AS chosen
FROM revisions r LEFT JOIN active_revision a USING (stage, method)
GROUP BY r.stage, r.method, a.revision
ORDER BY r.stage, r.method
"""


async def active(connection: asyncpg.Connection) -> list[Active]:
    """The revision that is shown of each stage and method that has results."""
    return [Active(**row) for row in await connection.fetch(_ACTIVE)]


async def revisions(connection: asyncpg.Connection) -> list[tuple[str, str, int]]:
    """Stage, method and revision of all results that there are."""
    query = "SELECT stage::text, method::text, revision FROM revisions ORDER BY 1, 2, 3"
    return [tuple(row) for row in await connection.fetch(query)]


def _file(
    manifest: Manifest, role: str, file: ManifestFile, weights: Path, taken: Hashes
) -> ModelFile:
    path = registry.location(manifest, role, weights)
    expected = file.sha256 or _noted(path)
    try:
        size = path.stat().st_size
        actual = taken.of(path)
    except OSError:
        return ModelFile(role, path, FileState.MISSING, file.size, expected, None)
    if actual is None:
        state = FileState.CHECKING
    else:
        state = FileState.OK if actual == expected else FileState.MISMATCH
    return ModelFile(role, path, state, size, expected, actual)


def _noted(path: Path) -> str | None:
    """The hash that was noted when a file was made here; None if none was."""
    try:
        return path.with_name(path.name + registry.SIDECAR).read_text(encoding="ascii").split()[0]
    except (OSError, UnicodeDecodeError, IndexError):
        return None
