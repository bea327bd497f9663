"""The Containerfile, what its images run, and the command that makes them."""

import importlib.util
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from infra.images import FOLDER, LIMITS, TARGETS, healthy, source
from infra.images import __main__ as command
from tests.support import ROOT

CONTAINERFILE = (FOLDER / "Containerfile").read_text(encoding="utf-8")


def stages() -> dict[str, str]:
    parts = re.split(r"^FROM \S+ AS (\S+)$", CONTAINERFILE, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_runs_as_a_user_without_rights_and_says_how_it_is(target: str) -> None:
    assert f"FROM running AS {target}\n" in CONTAINERFILE
    stage = stages()["running"] + stages()[target]
    assert "USER 10001:10001" in stage
    assert "VOLUME /var/lib/mimmo" in stage
    assert 'CMD ["python", "-m", "infra.images.healthy"]' in stage
    assert "RUN" not in stage  # what builds stays in other stages
    assert target in LIMITS


def test_an_image_runs_a_command_that_there_is() -> None:
    for module in re.findall(r'CMD \["python", "-m", "([\w.]+)"\]', CONTAINERFILE):
        assert importlib.util.find_spec(module), module


def test_what_is_built_on_is_pinned_by_its_digest() -> None:
    assert re.search(
        r"^ARG BASE=debian:bookworm-slim@sha256:[0-9a-f]{64}$", CONTAINERFILE, re.MULTILINE
    )


def test_no_host_of_a_registry_is_named() -> None:
    for path in (*FOLDER.rglob("*.sh"), FOLDER / "Containerfile", *(FOLDER / "locks").iterdir()):
        assert "://" not in path.read_text(encoding="utf-8"), path


def test_scripts_that_a_build_runs_can_be_run() -> None:
    for name in re.findall(r"/(?:build|src/infra/images)/(\w+\.sh)", CONTAINERFILE):
        done = subprocess.run(["bash", "-n", FOLDER / name], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert (FOLDER / name).stat().st_mode & 0o111, name


def test_the_context_of_a_build_has_what_is_installed_and_no_tests() -> None:
    rooms = set(source.rooms())
    assert {"streams", "models", "schemas", "infra", "mimmo", "pyproject.toml"} <= rooms
    assert not {"tests", ".venv", ".git"} & rooms
    assert all((ROOT / room).exists() for room in rooms)


def test_a_change_of_the_checkout_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "ROOT", tmp_path)
    monkeypatch.setattr(source, "rooms", lambda: ["room"])
    (tmp_path / "room").mkdir()
    path = tmp_path / "room" / "lamp.py"
    path.write_text("light = 1\n")
    before = source.checkout()
    path.write_text("light = 2\n")
    assert source.checkout() != before
    path.write_text("light = 1\n")
    assert source.checkout() == before


def test_a_change_of_what_prepares_system_and_builder_is_seen() -> None:
    first = stages()["system"] + stages()["builder"]
    run = set(re.findall(r"/build/(\w+\.sh)", first))
    sourced = {
        name
        for script in run
        for name in re.findall(r"/build/([\w/.]+)", (FOLDER / script).read_text(encoding="utf-8"))
    }
    assert run | sourced == set(source.SCRIPTS)


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_says_what_a_process_says(
    status: int, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    class Process(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Process) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        assert healthy.main([f"http://127.0.0.1:{server.server_port}/health"]) == code
        thread.join()
    assert str(status) in capsys.readouterr().out


def test_the_health_check_fails_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_METRICS_PORT", "1")
    assert healthy.main([]) == 1


def test_without_buildah_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command.main(["build", "--storage", str(tmp_path / "images")]) == 1
    assert "apt-get install buildah debootstrap" in capsys.readouterr().err
    assert not (tmp_path / "images").exists()


def test_the_command_shows_examples_and_knows_its_targets() -> None:
    base = [sys.executable, "-m", "infra.images"]
    told = subprocess.run([*base, "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "python -m infra.images build" in told.stdout
    wrong = subprocess.run(
        [*base, "build", "lamp"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 2
    assert "runtime-llama" in wrong.stderr
