"""The SBOM tells of us, of what we need to run and of the weights that ship."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from infra.release import ReleaseError, locks, readiness, sbom, weights
from tests.support import ROOT


@pytest.fixture(scope="module")
def bom(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The SBOM of this checkout; writing it validates it."""
    path = tmp_path_factory.mktemp("sbom") / "bom.json"
    sbom.write(path, readiness.version())
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def test_it_names_our_version_and_what_we_depend_on(bom: dict[str, Any]) -> None:
    us = bom["metadata"]["component"]
    assert (us["name"], us["version"]) == ("mimmo-streams", readiness.version())
    (ours,) = [entry for entry in bom["dependencies"] if entry["ref"] == us["bom-ref"]]
    assert "pkg:pypi/pydantic" in " ".join(ours["dependsOn"])


def test_each_runtime_dependency_has_version_hashes_and_licence(bom: dict[str, Any]) -> None:
    told = {
        (entry["name"], entry["version"]): entry
        for entry in bom["components"]
        if entry.get("purl", "").startswith("pkg:pypi/")
    }
    pinned = {(entry.name, entry.version): entry for entry in locks.read(ROOT / locks.RUNTIME)}
    assert told.keys() == pinned.keys()
    for key, entry in told.items():
        assert {sum_["content"] for sum_ in entry["hashes"]} == set(pinned[key].hashes) != set()
        assert entry["licenses"][0]["expression"]


def test_each_file_of_weights_that_ships_is_there_once_with_its_sum(bom: dict[str, Any]) -> None:
    told = {
        entry["name"]: entry["hashes"][0]["content"]
        for entry in bom["components"]
        if entry["type"] == "machine-learning-model"
    }
    files = {f"models/{file.path}" for file in weights.shipped()}
    kinds = {".onnx", ".bin", ".npz", ".gguf"}
    here = {path for path in (ROOT / "models" / "weights").rglob("*") if path.suffix in kinds}
    assert told.keys() == files >= {str(path.relative_to(ROOT)) for path in here}
    for name, digest in told.items():
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == digest


def test_what_others_made_and_ships_with_the_console_is_there(bom: dict[str, Any]) -> None:
    (htmx,) = [entry for entry in bom["components"] if entry["name"] == "htmx.org"]
    file = ROOT / htmx["properties"][0]["value"]
    assert hashlib.sha256(file.read_bytes()).hexdigest() == htmx["hashes"][0]["content"]
    assert htmx["licenses"] == [{"expression": "0BSD"}]


def test_it_is_the_same_for_the_same_commit() -> None:
    assert sbom.made("1.0", 5) == sbom.made("1.0", 5)


def test_an_sbom_that_is_not_valid_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sbom, "made", lambda version, seconds: '{"bomFormat": "CycloneDX"}')
    with pytest.raises(ReleaseError, match="not valid"):
        sbom.write(tmp_path / "bom.json", "1.0")
    assert not list(tmp_path.iterdir())
