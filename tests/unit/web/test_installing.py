"""A model is installed as it was when its import began, whatever becomes of the folder since."""

import hashlib
from pathlib import Path

import pytest

from infra.settings import Settings
from models import added
from streams.web.models.imports import Import, ImportRefused, Received, of_folder
from streams.web.models.installing import install
from streams.web.models.trying import read_manifest, stage_of

WEIGHTS = b"\x08\x08 the weights"
TEXT = """
name = "mine"
version = "1.0.0"
revision = 101
stage = "classify"
runtime = "onnx"
licence = "CC0-1.0"
summary = "Mine."
[files.model]
path = "model.onnx"
sha256 = "{sha256}"
size = {size}
[calibration]
temperature = 1.5
"""


@pytest.fixture
def told(tmp_path: Path) -> Import:
    """An import of a folder, its file received."""
    folder = tmp_path / "import" / "mine"
    folder.mkdir(parents=True)
    sha256 = hashlib.sha256(WEIGHTS).hexdigest()
    text = TEXT.format(sha256=sha256, size=len(WEIGHTS))
    (folder / "manifest.toml").write_text(text)
    manifest = read_manifest(folder / "manifest.toml")
    begun = of_folder(folder, manifest, "local", "")
    taken = tmp_path / "taken.onnx"
    taken.write_bytes(WEIGHTS)
    received = {"model": Received(path=str(taken), sha256=sha256, size=len(WEIGHTS))}
    # As it is when the next request reads it.
    kept = begun.model_copy(update={"received": received}).model_dump_json()
    return Import.model_validate_json(kept)


def test_a_manifest_that_changed_since_is_not_read_again(told: Import, tmp_path: Path) -> None:
    file = Path(told.source or "") / "manifest.toml"
    changed = file.read_text().replace("101", "1").replace("classify", "extract")
    file.write_text(changed.replace("1.5", "0.1"))
    settings = Settings(home=tmp_path)
    assert stage_of(told) == "classify"
    assert install(told, settings) == "mine"
    manifest = added.load("mine", settings.weights_dir)
    assert (manifest.stage, manifest.revision) == ("classify", 101)
    assert manifest.calibration == {"temperature": 1.5}


def test_a_manifest_that_is_gone_is_not_needed(told: Import, tmp_path: Path) -> None:
    (Path(told.source or "") / "manifest.toml").unlink()
    assert install(told, Settings(home=tmp_path)) == "mine"


def test_an_import_that_kept_no_manifest_must_begin_again(told: Import, tmp_path: Path) -> None:
    older = told.model_copy(update={"manifest": None})
    with pytest.raises(ImportRefused, match="begin it again"):
        install(older, Settings(home=tmp_path))
    with pytest.raises(ImportRefused, match="begin it again"):
        stage_of(older)
