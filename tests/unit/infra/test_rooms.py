"""The rule of rooms, and that importing a command loads only what it needs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

ALLOWED = {
    "schemas": set(),
    "models": {"schemas"},
    "mimmo": {"schemas", "models"},
    "infra": {"schemas"},
    "streams": {"schemas", "models", "infra"},
}
PURE = {"aiokafka", "faust", "asyncpg", "asyncio", "pydantic_settings"}


_IMPORT = re.compile(r"^\s*(?:from|import)\s+(\w+)", re.MULTILINE)


def imported(path: Path) -> set[str]:
    return set(_IMPORT.findall(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        others = imported(path) & (set(ALLOWED) - {room} | {"tests"})
        assert others <= ALLOWED[room], f"{path} imports {others}"


def test_the_command_names_modules_of_streams_and_imports_none() -> None:
    script = (
        "import mimmo.__main__, sys; print([name for name in sys.modules if 'streams' in name])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


NAMES_TESTS = re.compile(r"\btests[./]\w|[\"']tests[\"']")


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_what_ships_names_nothing_of_the_tests(room: str) -> None:
    paths = [path for path in (ROOT / room).rglob("*") if path.suffix in {".py", ".sh", ".toml"}]
    naming = [path for path in paths if NAMES_TESTS.search(path.read_text(encoding="utf-8"))]
    assert not naming


def test_models_are_pure() -> None:
    for path in (ROOT / "models").rglob("*.py"):
        assert not imported(path) & PURE, path


@pytest.mark.parametrize(
    "module",
    [
        "streams.replay.__main__",
        "streams.pipeline.store",
        "streams.operate.status",
        "streams.operate.redrive",
        "streams.operate.__main__",
        "streams.operate.backup.command",
        "streams.operate.export.command",
    ],
)
def test_a_command_loads_neither_faust_nor_a_runtime_of_models(module: str) -> None:
    heavy = "{'faust', 'onnxruntime', 'llama_cpp', 'torch'}"
    script = f"import {module}, sys; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
