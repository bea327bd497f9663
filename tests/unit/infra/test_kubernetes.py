"""The manifests: what they set is a setting, what they run is there, and nobody may do more."""

import importlib.util
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from infra.images import TARGETS
from infra.images.buildah import PREFIX
from infra.settings import Settings
from tests.support import ROOT

TEXT = (ROOT / "infra" / "kubernetes.yaml").read_text(encoding="utf-8")
DOCUMENTS: list[dict[str, Any]] = list(yaml.safe_load_all(TEXT))
MAPS = {
    document["metadata"]["name"]: document
    for document in DOCUMENTS
    if document["kind"] == "ConfigMap"
}
SECRETS = {
    document["metadata"]["name"]: document for document in DOCUMENTS if document["kind"] == "Secret"
}


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for document in DOCUMENTS:
        spec = document.get("spec", {})
        spec = spec.get("jobTemplate", {"spec": spec})["spec"]
        if "template" in spec:
            yield document["metadata"]["name"], spec["template"]["spec"]


PODS = dict(pods())


def test_there_is_a_deployment_for_each_role() -> None:
    deployed = {name for name in PODS if name not in ("mimmo-prepare", "mimmo-aggregate")}
    assert deployed == {f"mimmo-{role}" for role in ("store", "worker", "llm", "crawl", "console")}


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_read_only_and_of_a_user_without_rights(name: str) -> None:
    pod = PODS[name]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["automountServiceAccountToken"] is False
    for container in (*pod["initContainers"], *pod["containers"]):
        rights = container["securityContext"]
        assert rights["readOnlyRootFilesystem"]
        assert rights["allowPrivilegeEscalation"] is False
        assert rights["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("name", PODS)
def test_a_pod_mounts_what_it_has_and_runs_what_there_is(name: str) -> None:
    pod = PODS[name]
    volumes = {volume["name"] for volume in pod["volumes"]}
    known = {f"STREAMS_{field.upper()}" for field in Settings.model_fields}
    for container in (*pod["initContainers"], *pod["containers"]):
        assert container["image"].removeprefix(PREFIX) in TARGETS
        assert {mount["name"] for mount in container["volumeMounts"]} == volumes
        assert {variable["name"] for variable in container.get("env", [])} <= known
        for module in re.findall(r"python -m ([\w.]+)", " ".join(container["command"])):
            assert importlib.util.find_spec(module), module
    for volume in pod["volumes"]:
        assert volume.get("secret", {"secretName": "mimmo"})["secretName"] in SECRETS


def test_what_is_set_for_all_is_a_setting_and_no_secret() -> None:
    given = MAPS["mimmo"]["data"]
    values = {name.removeprefix("STREAMS_").lower(): text for name, text in given.items()}
    assert set(values) <= set(Settings.model_fields)
    assert Settings(_env_file=None, **values).kafka_has_user
    files = re.findall(r"/run/secrets/mimmo/([\w.-]+)", " ".join(given.values()))
    assert set(files) <= set(SECRETS["mimmo"]["stringData"])
    assert not [name for name in given if name.endswith("_PASSWORD")]


def test_only_the_job_that_makes_tables_is_the_owner() -> None:
    owners = [name for name in PODS if "mimmo-owner" in str(PODS[name])]
    assert owners == ["mimmo-prepare"]
    assert "STREAMS_POSTGRES_DSN" not in MAPS["mimmo"]["data"]


def test_every_deployment_is_asked_how_it_is() -> None:
    for document in DOCUMENTS:
        if document["kind"] == "Deployment":
            (container,) = document["spec"]["template"]["spec"]["containers"]
            assert "livenessProbe" in container, document["metadata"]["name"]
