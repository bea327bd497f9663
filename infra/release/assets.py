"""Files of others that ship with the web console, as `assets.toml` beside them says."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from infra.release import ROOT

_FOLDER = "streams/web/static"


@dataclass(frozen=True)
class Asset:
    """One file. `path` is below the repository."""

    name: str
    version: str
    licence: str
    path: str
    sha256: str


def shipped(root: Path = ROOT) -> list[Asset]:
    """All of them, by path."""
    table = tomllib.loads((root / _FOLDER / "assets.toml").read_text(encoding="utf-8"))
    return [
        Asset(told["name"], told["version"], told["licence"], f"{_FOLDER}/{file}", told["sha256"])
        for file, told in sorted(table.items())
    ]
