"""Which build of a model an answer is of: version, hash of the weights, configuration."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from models import added, registry
from models.active import SHIPPED, Stage
from models.registry import Manifest
from schemas.base import digest
from schemas.result import Result
from schemas.tag_name import TagName, component
from schemas.tags import TagOrigin

FRAMEWORKS = {"onnx": "onnxruntime", "gguf": "llama_cpp_python"}
"""What runs a model -> the distribution that it is."""
_REMEMBERED = 4_096
_WEIGHTS = ("model", "adapter")
"""Roles of the files that are a model's weights, in the order in which they name its build."""
_SHORT = 12
"""Digits of a hash that stand in a name."""


@dataclass(frozen=True, slots=True)
class Maker:
    """What made a tag: `prefix` is its name without the tag, `origin` says the same whole."""

    prefix: str
    origin: TagOrigin


class Builds:
    """The models that are on this machine, by name and version.

    A result of another one still has its name, version and revision; only hashes are not told.

    Args:
        manifests: of the models.
    """

    def __init__(self, manifests: Iterable[Manifest] = ()) -> None:
        self._manifests = {manifest.label: manifest for manifest in manifests}
        # A million results have some hundred makers.
        self._known = lru_cache(_REMEMBERED)(self._maker)

    @classmethod
    def on_this_machine(cls, weights_dir: Path) -> "Builds":
        """The models that ship, and those that were added to a folder of weights.

        One that is added later is told without hashes until this is called again.
        """
        shipped = (registry.load(name) for name in registry.names())
        return cls((*shipped, *added.manifests(weights_dir)))

    def maker(self, result: Result, framework: str, embedder: str, head: str) -> Maker:
        """What made a tag.

        Args:
            result: what the tag says.
            framework: `rules`, `onnx`, `gguf`, `linear`, or two of them.
            embedder: the rule, or the model that answered.
            head: what was asked: `medium`, `artist`.

        Raises:
            BadTagName: one of them has letters that a name must not have.
        """
        return self._known(result.model, result.revision, framework, embedder, head)

    def _maker(self, model: str, revision: int, framework: str, embedder: str, head: str) -> Maker:
        manifest = self._manifests.get(model)
        if manifest is not None and manifest.revision != revision:
            manifest = None  # the same version at another revision answers otherwise
        name = TagName(
            framework,
            component(embedder),
            release(model),
            component(head),
            f"r{revision}",
            "any",
        )
        origin = TagOrigin(
            framework=framework,
            framework_version=_version(framework),
            embedder=name.embedder,
            embedder_build=self._weights(manifest, framework) or name.embedder_id,
            head=name.model,
            head_build=name.model_id,
            configuration=None if manifest is None else _configuration(manifest),
        )
        return Maker(name.origin_key, origin)

    def _weights(self, manifest: Manifest | None, framework: str) -> str | None:
        if framework == "rules":
            return None
        if manifest is not None and manifest.runtime == "rules":
            # Extractions bear the revision of the rules, which is raised with the tagger's.
            tagger = registry.load(SHIPPED[Stage.TAGGER])
            manifest = self._manifests.get(tagger.label)
        return None if manifest is None else weights_sha256(manifest)


def release(model: str) -> str:
    """The version in `name@version`, as a component.

    >>> release("extract@2.1.0")
    '2-1-0'
    """
    return component(model.rpartition("@")[2])


def maker_of(manifest: Manifest, framework: str, head: str) -> Maker:
    """What makes the tags of a model that is here: its weights are told by their hash.

    Args:
        manifest: of the model.
        framework: that runs it.
        head: what is asked.

    Raises:
        BadTagName: its name, or that of the head, has letters that a name of a tag must not have.
        ValueError: it has no weights.
    """
    build = weights_sha256(manifest)
    if build is None:
        raise ValueError(f"{manifest.name} names no file of weights")
    release = f"r{manifest.revision}"
    name = TagName(
        framework,
        component(manifest.name),
        build[:_SHORT],
        component(head),
        release,
        "any",
    )
    origin = TagOrigin(
        framework=framework,
        framework_version=_version(framework),
        embedder=name.embedder,
        embedder_build=build,
        head=name.model,
        head_build=release,
        configuration=_configuration(manifest),
    )
    return Maker(name.origin_key, origin)


def weights_sha256(manifest: Manifest) -> str | None:
    """The SHA-256 that names a model's weights. Returns None if it has none.

    Of a file that is made on each machine it is that of the file from which it is made: what is
    made may differ in a byte from one machine to the next, and answers the same.
    """
    files = manifest.files
    weights = (files[role] for role in _WEIGHTS if role in files)
    sources = (files[file.made_from] if file.made_from else file for file in weights)
    return next((file.sha256 for file in sources if file.sha256), None)


def _version(framework: str) -> str | None:
    try:
        return version(FRAMEWORKS[framework])
    except (KeyError, PackageNotFoundError):
        return None


def _configuration(manifest: Manifest) -> str:
    said = manifest.model_dump(mode="json", include={"labels", "calibration", "settings"})
    return digest("configuration", json.dumps(said, sort_keys=True), manifest.revision)
