"""Puts the files of an import beside the weights, where they are verified like those that ship."""

import json
from pathlib import Path

from infra.settings import Settings
from models import added, registry
from models.fetch import fetch, make_folder, place
from models.registry import Manifest, WeightsError
from streams.web.models.imports import Import, ImportRefused, Kind, manifest_of


def install(told: Import, settings: Settings) -> str:
    """Install what was imported; returns the name under which it is in the catalogue.

    Raises:
        ImportRefused: it could not be, and why.
    """
    weights = settings.weights_dir
    try:
        make_folder(weights)
        match told.kind:
            case Kind.GGUF:
                return added.add(Path(told.received["base"].path), weights, told.name).name
            case Kind.MANIFEST:
                manifest = registry.load(told.name)
                for role, file in told.received.items():
                    target = registry.location(manifest, role, weights)
                    place(Path(file.path), target, file.sha256)
                fetch(manifest, weights)  # makes what is made of them
                return told.name
            case Kind.FOLDER:
                return _folder(told, weights)
    except (WeightsError, OSError) as error:
        raise ImportRefused(str(error)) from error


def _folder(told: Import, weights: Path) -> str:
    manifest = manifest_of(told)
    folder = weights / told.name
    folder.mkdir(exist_ok=True)
    for role, file in told.received.items():
        place(Path(file.path), folder / told.expected[role].name, file.sha256)
    partial = weights / f"{told.name}.toml.part"
    partial.write_text(_toml(manifest, told), encoding="utf-8")
    partial.rename(weights / f"{told.name}.toml")
    return told.name


def _toml(manifest: Manifest, told: Import) -> str:
    """The manifest as it is kept: with the files where they are now."""
    fields = ("name", "version", "revision", "stage", "runtime", "licence", "summary")
    lines = [f"{field} = {_value(getattr(manifest, field))}" for field in fields]
    for role, file in told.received.items():
        lines += [
            "",
            f"[files.{role}]",
            f"path = {_value(f'{told.name}/{told.expected[role].name}')}",
            f"sha256 = {_value(file.sha256)}",
            f"size = {file.size}",
            "local = true",
        ]
    for table, values in (("labels", manifest.labels), ("calibration", manifest.calibration)):
        lines += ["", f"[{table}]"]
        lines += [f"{_value(key)} = {_value(value)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    """A text, number or list as TOML writes it, which here is as JSON does."""
    return json.dumps(value, ensure_ascii=False)
