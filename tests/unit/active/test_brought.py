"""Files that an image brings in the package: found where the folder of weights has none."""

from pathlib import Path

import pytest

from models import registry

MANIFEST = registry.load("smollm2")


@pytest.fixture
def brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package's folder of fetched files, with one in it."""
    folder = tmp_path / "fetched"
    folder.mkdir()
    path = folder / MANIFEST.files["q8_0"].path
    path.write_bytes(b"weights")
    registry.write_sidecar(path, source_sha256=MANIFEST.files["base"].sha256 or "")
    monkeypatch.setattr(registry, "FETCHED", folder)
    return path


def test_a_file_of_the_image_is_found_where_the_volume_is_empty(
    brought: Path, tmp_path: Path
) -> None:
    assert registry.file_path(MANIFEST, "q8_0", tmp_path / "weights") == brought


def test_a_file_of_the_volume_goes_first(brought: Path, tmp_path: Path) -> None:
    own = tmp_path / "weights" / brought.name
    own.parent.mkdir()
    own.write_bytes(b"others")
    assert registry.location(MANIFEST, "q8_0", own.parent) == own


def test_what_the_image_does_not_bring_is_missing_in_the_volume(
    brought: Path, tmp_path: Path
) -> None:
    assert registry.location(MANIFEST, "base", tmp_path) == tmp_path / MANIFEST.files["base"].path


def test_a_file_of_the_image_is_verified_as_any_other(brought: Path, tmp_path: Path) -> None:
    brought.write_bytes(b"damaged")
    with pytest.raises(registry.WeightsMismatch):
        registry.file_path(MANIFEST, "q8_0", tmp_path)
