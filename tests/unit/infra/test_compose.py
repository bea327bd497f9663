"""compose.yaml: by the schema of compose files, and by what is in this repository."""

import importlib.util
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from infra.images import TARGETS
from infra.images.buildah import PREFIX
from infra.settings import Settings
from tests.support import ROOT

PATH = ROOT / "infra" / "compose.yaml"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(PATH.read_text(encoding="utf-8"))["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}


def test_it_is_a_compose_file_by_the_schema() -> None:
    schema = ["--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema, str(PATH)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_kafka_and_postgres_start_without_a_profile_and_what_is_ours_with_one() -> None:
    alone = {name for name, service in SERVICES.items() if "profiles" not in service}
    assert alone == {"kafka", "postgres"} == set(SERVICES) - set(OURS)


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_is_read_only_without_rights_and_of_an_image_that_there_is(
    name: str,
) -> None:
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    target = service["build"]["target"]
    assert target in TARGETS
    assert service["image"] == PREFIX + target
    assert (PATH.parent / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


@pytest.mark.parametrize("name", OURS)
def test_what_it_sets_is_a_setting(name: str) -> None:
    known = {f"STREAMS_{field.upper()}" for field in Settings.model_fields}
    assert set(OURS[name]["environment"]) <= known


@pytest.mark.parametrize("name", OURS)
def test_it_runs_modules_that_there_are(name: str) -> None:
    service = OURS[name]
    words = " ".join([*service.get("entrypoint", []), *service.get("command", [])])
    modules = re.findall(r"python -m ([\w.]+)", words)
    assert modules or words.startswith("faust -A streams worker")
    for module in modules:
        assert importlib.util.find_spec(module), module


@pytest.mark.parametrize("name", OURS)
def test_what_it_waits_for_starts_with_it(name: str) -> None:
    service = OURS[name]
    for other in service["depends_on"]:
        profiles = SERVICES[other].get("profiles", service["profiles"])
        assert set(service["profiles"]) <= set(profiles), other
