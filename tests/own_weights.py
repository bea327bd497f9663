"""Weights of one's own for tests: what ships, in the folder of an experiment, perhaps changed."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models import registry
from models.toml_text import to_toml


def experiment(
    name: str, folder: Path, *, place: str = "weights", changes: Mapping[str, Any] | None = None
) -> Path:
    """A finished experiment whose weights are those of a model that ships.

    Args:
        name: of the model.
        folder: made here.
        place: `weights` if the gate accepted them, `candidate` if not.
        changes: tables of the manifest that are laid over those of the model.
    """
    manifest = registry.load(name)
    tables = manifest.model_dump(mode="json", exclude_defaults=True)
    (folder / place).mkdir(parents=True)
    for role, file in manifest.files.items():
        if file.shipped:
            source = registry.location(manifest, role)
            shutil.copy(source, folder / place / source.name)
            path = f"{place}/{source.name}"
            tables["files"][role] = {"path": path, "sha256": file.sha256, "local": True}
    for table, values in (changes or {}).items():
        before = tables.get(table)
        tables[table] = {**before, **values} if isinstance(before, dict) else values
    (folder / "manifest.toml").write_text(to_toml(tables), encoding="utf-8")
    return folder
