"""Folders with a manifest: an experiment, or files that somebody brings; and how they are copied.

A folder is copied below the folder of weights, under a name and a revision of its own, and never
over another model.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from models import active, added, registry
from models.registry import Manifest, ManifestFile, WeightsError

MANIFEST = "manifest.toml"
COMPARISON = "comparison.json"
ACCEPTED = "weights"
"""Folder of an experiment's files once the gate has accepted them."""
CANDIDATE = "candidate"


class NotActivated(WeightsError):
    """The weights cannot be made active; the message says what to do."""


class Refused(NotActivated):
    """The gate refused the experiment."""


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder.

    Raises:
        NotActivated: there is none, or it cannot be read.
    """
    path = folder / MANIFEST
    try:
        return Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NotActivated(
            f"{path} is not there: {folder} is no experiment, or its training is not finished"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise NotActivated(f"{path} is no manifest: {error}") from error


def require_accepted(folder: Path) -> None:
    """Refuse an experiment that the gate refused, or whose training is not finished.

    Raises:
        Refused: the gate refused it.
        NotActivated: there is no verdict yet.
    """
    if (folder / ACCEPTED).is_dir() or not (folder / CANDIDATE).is_dir():
        return
    try:
        verdict = json.loads((folder / COMPARISON).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise NotActivated(
            f"{folder} has a candidate that nothing was compared with; the same training command"
            " goes on, and says whether it may be activated"
        ) from None
    raise Refused(
        f"{folder} was refused:\n{verdict.get('why', 'it is worse than what is active')}\n"
        "The same training command with --force keeps it all the same"
    )


def install(
    manifest: Manifest, folder: Path, weights_dir: Path, name: str | None = None
) -> Manifest:
    """Copy the model of a folder below the folder of weights, unless it is there.

    Args:
        manifest: of the folder.
        folder: where its files are.
        weights_dir: folder of what is fetched, made or added here; the caller has locked it.
        name: what to call it.

    Returns:
        The manifest that was written: with the name, and a revision that no other model has.

    Raises:
        NotActivated: a file is missing or another one, or the name is taken or none.
        WeightsError: a file could not be copied.
    """
    sources = sources_of(manifest, folder)
    if (same := same_model(manifest, weights_dir, name)) is not None:
        added.copy_files(same, sources, weights_dir)  # what is damaged is mended
        return same
    chosen = name or _free_name(manifest, folder, weights_dir)
    if not added.is_name(chosen) or chosen in registry.known_names():
        raise NotActivated(
            f"{chosen!r} is no name for it: use a-z, 0-9, . _ and -, at most 64 of them, and none"
            " of a model that ships"
        )
    if (weights_dir / f"{chosen}.toml").exists():
        raise NotActivated(f"there is another model named {chosen}; give this one another --name")
    renamed = manifest.model_copy(update={"name": chosen})
    own = added.with_own_revision(renamed, weights_dir)
    return added.install(own, sources, weights_dir)


def sources_of(manifest: Manifest, folder: Path) -> dict[str, Path]:
    """Where the files of a folder's manifest are, by role, verified.

    Raises:
        NotActivated: one is missing, or another one.
    """
    return {
        role: _source(manifest, role, folder)
        for role, file in manifest.files.items()
        if file.wheel is None and file.made_from is None
    }


def _source(manifest: Manifest, role: str, folder: Path) -> Path:
    """Where a file of a folder's manifest is, verified.

    Raises:
        NotActivated: it is missing, or another one.
    """
    file = manifest.files[role]
    for path in _places(file, folder):
        if path.is_file():
            if registry.sha256_of(path) == file.sha256:
                return path
            raise NotActivated(
                f"{path} is not the file that {folder / MANIFEST} names; train again,"
                " or bring the right one"
            )
    raise NotActivated(f"{folder / file.path} is missing; train again, or bring it")


def _places(file: ManifestFile, folder: Path) -> Iterator[Path]:
    """Where a file may be: below the folder, or, where the experiment shares it, in the package."""
    yield folder / file.path
    yield folder / ACCEPTED / Path(file.path).name
    yield folder / Path(file.path).name
    yield registry.PACKAGE / file.path


def same_model(manifest: Manifest, weights_dir: Path, name: str | None = None) -> Manifest | None:
    """A model that is installed and is the same but for name and revision. Returns None if none."""
    for installed in added.manifests(weights_dir):
        if name in (None, installed.name) and _content(installed) == _content(manifest):
            return installed
    return None


def _content(manifest: Manifest) -> dict[str, object]:
    """What makes answers: the files, and all figures beside them."""
    return {
        "files": {role: file.sha256 for role, file in manifest.files.items()},
        "stage": active.stage_of(manifest),
        "version": manifest.version,
        "labels": manifest.labels,
        "calibration": manifest.calibration,
        "settings": manifest.settings,
    }


def _free_name(manifest: Manifest, folder: Path, weights_dir: Path) -> str:
    """The manifest's own name, or else the folder's; with a number where that is taken."""
    stem = manifest.name
    if stem in registry.known_names():
        stem = re.sub(r"[^a-z0-9._-]+", "-", folder.resolve().name.lower()).strip("-._") or "own"
    stem = stem[:50]
    if stem in registry.known_names():
        stem = f"own-{stem}"
    if not (weights_dir / f"{stem}.toml").exists() and stem != Path(active.FILE).stem:
        return stem
    return f"{stem}-{added.next_revision(weights_dir)}"
