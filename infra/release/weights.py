"""The weights that ship, as the manifests of the models name them."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from infra.release import ROOT

_ELSEWHERE = {"wheel", "made_from", "local"}
"""What a manifest says of a file that is not in the package."""


@dataclass(frozen=True)
class Weights:
    """A file of one model or of several (`name@version`). `path` is below `models/`."""

    path: str
    sha256: str
    licence: str
    models: tuple[str, ...]


def shipped(root: Path = ROOT) -> list[Weights]:
    """Every file of a model that is in the wheel, by path.

    What is fetched or made elsewhere is named in a manifest, too, and is left out here.
    """
    files: dict[str, Weights] = {}
    for manifest in sorted((root / "models" / "manifests").glob("*.toml")):
        for file in _files(manifest):
            known = files.get(file.path)
            models = (*known.models, *file.models) if known else file.models
            files[file.path] = replace(file, models=models)
    return [files[path] for path in sorted(files)]


def _files(manifest: Path) -> list[Weights]:
    table = tomllib.loads(manifest.read_text(encoding="utf-8"))
    model = f"{table['name']}@{table['version']}"
    return [
        Weights(file["path"], file["sha256"], table["licence"], (model,))
        for file in table.get("files", {}).values()
        if not _ELSEWHERE & file.keys()
    ]
