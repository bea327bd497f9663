"""Puts the files of an import beside the weights, where they are verified like those that ship."""

from pathlib import Path

from infra.settings import Settings
from models import added, registry
from models.fetch import fetch, make_folder, place
from models.registry import WeightsError
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
    sources = {role: Path(file.path) for role, file in told.received.items()}
    with added.locked(weights):
        own = added.with_own_revision(manifest_of(told), weights)
        return added.install(own, sources, weights).name
