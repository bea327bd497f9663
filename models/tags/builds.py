"""Which build of a model an answer is of: version, hash of the weights, configuration."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

from models.registry import Manifest
from schemas.base import digest
from schemas.result import Result
from schemas.tag_name import component
from schemas.tags import TagOrigin

FRAMEWORKS = {"onnx": "onnxruntime", "gguf": "llama_cpp_python"}
"""What runs a model -> the distribution that it is."""
_WEIGHTS = ("model", "adapter")
"""Roles of the files that are a model's weights, in the order in which they name its build."""


@dataclass(frozen=True)
class Builds:
    """The models that are on this machine, by name and version.

    A result of another one still has its name, version and revision; only hashes are not told.
    """

    manifests: Mapping[str, Manifest] = field(default_factory=dict)
    """`name@version` -> manifest."""

    @classmethod
    def of(cls, manifests: Iterable[Manifest]) -> "Builds":
        """The builds of these manifests."""
        return cls({manifest.label: manifest for manifest in manifests})

    def origin(self, result: Result, framework: str, embedder: str, head: str) -> TagOrigin:
        """The bundle of provenance of a tag.

        Args:
            result: what the tag says.
            framework: `rules`, `onnx` or `gguf`.
            embedder: the rule, or the model that answered.
            head: what was asked: `medium`, `artist`.
        """
        manifest = self.manifests.get(result.model)
        if manifest is not None and manifest.revision != result.revision:
            manifest = None  # the same version at another revision answers otherwise
        weights = None if framework == "rules" else _weights(manifest)
        return TagOrigin(
            framework=framework,
            framework_version=_version(framework),
            embedder=component(embedder),
            embedder_build=weights or release(result.model),
            head=component(head),
            head_build=f"r{result.revision}",
            configuration=None if manifest is None else _configuration(manifest),
        )


def release(model: str) -> str:
    """The version in `name@version`, as a component.

    >>> release("extract@2.1.0")
    '2-1-0'
    """
    return component(model.rpartition("@")[2])


def _weights(manifest: Manifest | None) -> str | None:
    files = {} if manifest is None else manifest.files
    hashes = (files[role].sha256 for role in _WEIGHTS if role in files)
    return next((sha256 for sha256 in hashes if sha256), None)


def _version(framework: str) -> str | None:
    try:
        return version(FRAMEWORKS[framework])
    except (KeyError, PackageNotFoundError):
        return None


def _configuration(manifest: Manifest) -> str:
    said = manifest.model_dump(mode="json", include={"labels", "calibration", "settings"})
    return digest("configuration", json.dumps(said, sort_keys=True), manifest.revision)
