"""The units: read and weighed by systemd's own program, with the programs of this environment."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.settings import Settings
from tests.support import ROOT

FOLDER = ROOT / "infra" / "systemd"
UNITS = sorted(
    path.name for pattern in ("*.service", "*.timer", "*.target") for path in FOLDER.glob(pattern)
)
SERVICES = [name for name in UNITS if name.endswith(".service")]
MOST_EXPOSED = 20
"""Tenths; systemd calls a service that was not looked after 9.6, and ours 1.4."""


def instance(name: str) -> str:
    """A unit as it is started: `mimmo-worker@.service` is a template."""
    return name.replace("@.", "@1.")


@pytest.fixture
def analysed(tmp_path: Path) -> Mapping[str, str]:
    """An environment in which systemd finds our units, and the programs that they start."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze to check the units; on Debian: apt install systemd")
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    for name in SERVICES:
        unit = tmp_path / name
        programs = str(Path(sys.executable).parent)
        unit.write_text(unit.read_text().replace("/opt/mimmo/bin", programs))
    return {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}


def analyse(environment: Mapping[str, str], *arguments: str) -> None:
    folder = environment["SYSTEMD_UNIT_PATH"].removesuffix(":")
    done = subprocess.run(
        ["systemd-analyze", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert folder not in done.stderr, done.stderr  # a line of ours that is not understood


def test_systemd_understands_every_line_and_finds_every_program(
    analysed: Mapping[str, str],
) -> None:
    analyse(analysed, "verify", "--man=no", *map(instance, UNITS))


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_little(name: str, analysed: Mapping[str, str]) -> None:
    limit = f"--threshold={MOST_EXPOSED}"
    analyse(analysed, "security", "--offline=true", "--no-pager", limit, f"./{instance(name)}")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_a_module_that_there_is_and_is_started_again(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    (command,) = re.findall(r"^ExecStart=/opt/mimmo/bin/(.+)$", text, re.MULTILINE)
    module = re.match(r"python -m ([\w.]+)", command)
    if module is None:
        assert command.startswith("faust -A streams worker")
    else:
        assert importlib.util.find_spec(module[1])
    assert "MemoryMax=" in text
    assert "Restart=always" in text or "Type=oneshot" in text


def test_the_units_set_what_is_a_setting() -> None:
    known = {f"STREAMS_{field.upper()}" for field in Settings.model_fields}
    for path in FOLDER.rglob("*"):
        if path.is_file():
            assert set(re.findall(r"STREAMS_[A-Z_]+", path.read_text())) <= known, path
