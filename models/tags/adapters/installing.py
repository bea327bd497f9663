"""Brings in a network that hears: a folder with its file and a manifest."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from models import added, folders
from models.fetch import make_folder
from models.registry import Manifest
from models.tags.adapters.description import ROLE, require_described
from models.tags.adapters.onnx_audio import OnnxAudio
from models.tags.adapters.trial import require_sane


def install(folder: Path, weights_dir: Path, name: str | None = None) -> Manifest:
    """Copy a network that hears below the folder of weights; the same again changes nothing.

    It is tried first: what gives no scores is not installed.

    Args:
        folder: with `manifest.toml` and the files that it names.
        weights_dir: folder of what is fetched, made or added here.
        name: what to call it; by default its own name.

    Raises:
        AdapterError: its manifest does not describe such a network, or it answers nonsense.
        WeightsError: a file is missing or another one, or the name is taken.
        MissingRuntime: the extra `onnx` or `music` is not installed.
    """
    manifest = folders.read_manifest(folder)
    require_described(manifest)
    sources = folders.sources_of(manifest, folder)
    make_folder(weights_dir)
    # A network may read files beside its own: what is not named would not be installed with it.
    with TemporaryDirectory(prefix="trial-", dir=weights_dir) as alone:
        copies = {role: Path(alone) / source.name for role, source in sources.items()}
        for role, source in sources.items():
            shutil.copyfile(source, copies[role])
        require_sane(OnnxAudio(manifest, copies[ROLE]))
    with added.locked(weights_dir):
        return folders.install(manifest, folder, weights_dir, name)
