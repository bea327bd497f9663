"""The SBOM of a release in CycloneDX JSON: us, what we need to run, and what ships with us."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from infra.release import ROOT, ReleaseError, assets, licence_page, locks, weights
from infra.release.assets import Asset
from infra.release.build import commit_time
from infra.release.weights import Weights

NAME = "mimmo-streams"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, NAME)


def write(path: Path, version: str) -> None:
    """Write the SBOM of this checkout.

    Raises:
        ReleaseError: it is not valid CycloneDX.
    """
    text = made(version, commit_time())
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault is not None:
        raise ReleaseError(f"the SBOM is not valid: {fault}")
    path.write_text(text, encoding="utf-8")


def made(version: str, seconds: int) -> str:
    """The text of the SBOM: the same for the same lock file, weights and time (Unix seconds)."""
    us = _component(NAME, version, "Apache-2.0", ComponentType.APPLICATION)
    libraries = list(_libraries())
    files = [_file(file) for file in weights.shipped()]
    static = [_asset(asset) for asset in assets.shipped()]
    bom = Bom(
        components=[*libraries, *static, *files], serial_number=uuid.uuid5(_NAMESPACE, version)
    )
    bom.metadata.timestamp = datetime.fromtimestamp(seconds, UTC)
    bom.metadata.component = us
    bom.register_dependency(us, [*libraries, *static])
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def _libraries() -> Iterable[Component]:
    licences = {(package.name, package.version): package for package in licence_page.current()}
    for locked in locks.read(ROOT / locks.RUNTIME):
        licence = licences[locked.name, locked.version].licence
        component = _component(locked.name, locked.version, licence, ComponentType.LIBRARY)
        component.hashes = {_sha256(text) for text in locked.hashes}
        if locked.marker:
            component.properties = [Property(name="python:marker", value=locked.marker)]
        yield component


def _component(name: str, version: str, licence: str, kind: ComponentType) -> Component:
    purl = PackageURL("pypi", name=name, version=version)
    return Component(
        name=name,
        version=version,
        type=kind,
        purl=purl,
        bom_ref=str(purl),
        licenses=[LicenseExpression(licence)],
    )


def _asset(asset: Asset) -> Component:
    return Component(
        name=asset.name,
        version=asset.version,
        type=ComponentType.LIBRARY,
        bom_ref=asset.path,
        hashes=[_sha256(asset.sha256)],
        licenses=[LicenseExpression(asset.licence)],
        properties=[Property(name="mimmo:file", value=asset.path)],
    )


def _file(file: Weights) -> Component:
    return Component(
        name=f"models/{file.path}",
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=f"models/{file.path}",
        hashes=[_sha256(file.sha256)],
        licenses=[LicenseExpression(file.licence)],
        properties=[Property(name="mimmo:model", value=model) for model in file.models],
    )


def _sha256(text: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=text)
