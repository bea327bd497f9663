"""The base needs no package that models run on: its commands start where there is none."""

import subprocess
import sys

import pytest

from infra.images import FOLDER
from infra.release import locks
from tests.support import ROOT

MODELS = ("numpy", "onnxruntime", "tokenizers", "ahocorasick_rs", "llama_cpp", "torch")
COMMANDS = (
    "streams.replay",
    "streams.store",
    "streams.web",
    "streams.web.keys",
    "streams.status",
    "streams.topics",
    "streams.redrive",
    "streams.reprocess",
    "streams.corrections",
    "streams.operate",
    "streams.operate.aggregate",
    "infra.postgres",
    "infra.settings",
    "infra.images.healthy",
)
"""What runs in the base."""
LAZY = ("streams.web.app", "streams.replay.command", "streams.pipeline.store")
"""What those load when they work, and not when they print their help."""

WITHOUT = f"""
import importlib, importlib.abc, runpy, sys

class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {set(MODELS)!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
"""
"""A program that begins with this has no package of models."""


def without_models(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT + script, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_every_command_of_the_base_loads_without_packages_of_models() -> None:
    script = (
        "from importlib.util import find_spec\n"
        "for module in sys.argv[1:]:\n"
        "    is_package = find_spec(module).submodule_search_locations\n"
        "    importlib.import_module(module + '.__main__' if is_package else module)\n"
    )
    done = without_models(script, *COMMANDS, *LAZY)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "module", ["streams.replay", "streams.store", "streams.web", "streams.status"]
)
def test_it_prints_its_help_there(module: str) -> None:
    script = "module = sys.argv.pop(1); runpy.run_module(module, run_name='__main__')"
    done = without_models(script, module, "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"usage: python -m {module}")


def test_an_import_of_musicbrainz_says_there_what_it_needs() -> None:
    script = (
        "sys.argv[1:] = ['--help']; runpy.run_module('streams.musicbrainz', run_name='__main__')"
    )
    done = without_models(script)
    assert done.returncode == 1
    assert "extra `onnx`" in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("lock", "has"), [("base", False), ("crawl", False), ("onnx", True)])
def test_a_lock_of_an_image_has_packages_of_models_where_models_run(lock: str, has: bool) -> None:
    pinned = {
        entry.name.replace("-", "_") for entry in locks.read(FOLDER / "locks" / f"{lock}.lock")
    }
    assert bool(pinned & set(MODELS)) is has


@pytest.mark.parametrize(
    "path", sorted((FOLDER / "locks").glob("*.lock")), ids=lambda path: path.stem
)
def test_an_image_has_the_packages_of_the_repositorys_own_locks(path: object) -> None:
    known = {
        (entry.name, entry.version, entry.hashes)
        for name in (locks.RUNTIME, "requirements-llm.lock")
        for entry in locks.read(ROOT / name)
    }
    pinned = locks.read(path)  # type: ignore[arg-type]
    assert pinned
    assert {(entry.name, entry.version, entry.hashes) for entry in pinned} <= known
