"""`make llm`: a portable build, and one line that says what to do where there is none."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import ROOT

TOOLS = ("bash", "cat", "dirname", "env", "mkdir", "tail", "uname")


class Machine:
    """An environment whose uv and Python are scripts, and a PATH without anything else."""

    def __init__(self, folder: Path) -> None:
        self.venv = folder / "venv"
        self.path = folder / "path"
        self.asked = folder / "asked"
        self._home = folder
        (self.venv / "bin").mkdir(parents=True)
        self.path.mkdir()
        for name in TOOLS:
            program = shutil.which(name)
            assert program is not None
            (self.path / name).symlink_to(program)
        self.has("c++", "exit 0", self.path)
        self.has("uv", f'printf "%s\\n" "$*" >>{self.asked}')
        self.has("python", "exit 0")

    def has(self, name: str, script: str, folder: Path | None = None) -> None:
        program = (folder or self.venv / "bin") / name
        program.write_text(f"#!{self.path}/bash\n{script}\n")
        program.chmod(0o755)

    def run(self, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [self.path / "bash", ROOT / "infra" / "local" / "llama.sh", self.venv],
            cwd=ROOT,
            env={"PATH": str(self.path), "HOME": str(self._home), **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_it_is_built_for_any_processor_and_only_once(machine: Machine) -> None:
    done = machine.run()
    assert done.returncode == 0, done.stderr
    asked = machine.asked.read_text()
    assert "-DGGML_NATIVE=OFF" in asked
    assert "AMX_TILE=ON" not in asked
    assert "AVX512=ON" not in asked
    assert "--require-hashes" in asked
    machine.asked.unlink()
    assert machine.run().returncode == 0
    assert not machine.asked.exists(), "what is installed is not installed again"
    assert machine.run(LLAMA_OPTIONS="-DGGML_NATIVE=ON").returncode == 0
    assert "-DGGML_NATIVE=ON" in machine.asked.read_text(), "other options are another build"


def test_it_goes_into_its_own_environment_whatever_the_caller_has_active(machine: Machine) -> None:
    machine.has("uv", f'echo "$VIRTUAL_ENV" >>{machine.asked}')
    assert machine.run(VIRTUAL_ENV="/another").returncode == 0
    assert set(machine.asked.read_text().splitlines()) == {str(machine.venv)}


def test_without_a_compiler_there_is_one_line(machine: Machine) -> None:
    (machine.path / "c++").unlink()
    done = machine.run()
    assert done.returncode == 1
    assert not machine.asked.exists()
    (line,) = done.stderr.splitlines()
    assert "needs a C++ compiler: install one" in line
    assert "everything else works without it" in line


def test_a_build_that_fails_is_one_line_with_the_log(machine: Machine) -> None:
    machine.has("uv", 'echo "cmake: no" >&2; exit 2')
    done = machine.run()
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "could not be built: see" in line
    assert "cmake: no" in (machine.venv / "llm.log").read_text()


def test_one_that_does_not_answer_is_told_in_its_words_and_tried_again(machine: Machine) -> None:
    machine.has("python", '[[ $3 == fetch ]] || { echo "llama.cpp was killed by SIGILL"; exit 1; }')
    for _ in range(2):
        done = machine.run()
        assert done.returncode == 1
        assert done.stderr.splitlines() == ["llama.cpp was killed by SIGILL"]
    machine.has("python", "exit 0")
    assert machine.run().returncode == 0
