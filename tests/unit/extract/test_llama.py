"""llama.cpp is optional: whatever it does to a process, there is one clear line and exit code 1."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from models import registry
from models.extract.llm import gguf, llama
from tests.support import ROOT

DEATHS = {
    "SIGILL": "import os, signal; os.kill(os.getpid(), signal.SIGILL)",
    "SIGSEGV": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "cannot be loaded": "raise OSError('libllama.so: wrong ELF class')",
}


@pytest.fixture
def sham(tmp_path: Path) -> Path:
    """Files that verify, though no library could read them."""
    manifest = registry.load("smollm2")
    made_here = tmp_path / "weights" / manifest.files["q8_0"].path
    made_here.parent.mkdir()
    made_here.write_bytes(b"GGUF")
    source = manifest.files["base"].sha256
    assert source is not None
    registry.write_sidecar(made_here, source_sha256=source)
    return made_here.parent


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A package named llama_cpp that a test can write."""
    module = tmp_path / "fake" / "llama_cpp" / "__init__.py"
    module.parent.mkdir(parents=True)
    module.touch()
    return module


def run(library: Path, home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """One of our commands, with that library in the place of the real one."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(library.parent.parent), str(ROOT)]),
        "STREAMS_HOME": str(home),
    }
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("death", DEATHS)
@pytest.mark.parametrize("command", ["models check", "streams.llm"])
def test_a_library_that_kills_its_process_is_a_line_and_exit_code_1(
    command: str, death: str, sham: Path, library: Path
) -> None:
    library.write_text(DEATHS[death])
    done = run(library, sham.parent, *command.split())
    assert done.returncode == 1, done.stderr
    assert death in done.stderr
    assert "everything else works without it" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", ["models check", "models fetch", "streams.llm"])
def test_where_it_is_not_installed_the_line_says_how_to_install_it(
    command: str, tmp_path: Path, library: Path
) -> None:
    # A loader that knows no package of that name, whatever is installed.
    (library.parent.parent / "sitecustomize.py").write_text(
        "import sys; sys.modules['llama_cpp'] = None"
    )
    done = run(library, tmp_path / "home", *command.split())
    assert done.returncode == 1, done.stderr
    assert "llama.cpp is not installed: run `make llm`" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.glob("home/weights/*")), "nothing is fetched in vain"


def test_what_ran_once_is_not_tried_again_until_library_or_processor_change(
    sham: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trials = []
    monkeypatch.setattr(llama, "folder", lambda: library.parent)
    monkeypatch.setattr(llama, "run_apart", lambda *arguments: trials.append(arguments))
    base = sham / "base.gguf"
    llama.require(sham, base)
    llama.require(sham, base)
    assert len(trials) == 1
    (library.parent / "lib").mkdir()
    (library.parent / "lib" / "libllama.so").write_bytes(b"another build")
    llama.require(sham, base)
    assert len(trials) == 2
    monkeypatch.setattr(llama, "processor", lambda: "another one")
    llama.require(sham, base)
    assert len(trials) == 3
    gguf.check(sham)
    assert len(trials) == 4, "who asks for a check gets one"


def test_a_trial_that_hangs_is_given_up(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library.write_text("import time; time.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(library.parent.parent), str(ROOT)]))
    monkeypatch.setattr(llama, "_TRIAL_SECONDS", 2)
    with pytest.raises(llama.LlamaUnavailable, match="no answer in 2 s"):
        llama.run_apart("answer", "base.gguf")


def test_a_processor_without_avx2_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(llama, "processor", lambda: "Old Thing 1000 sse4_2 avx")
    assert "this processor has no AVX2" in llama.killed(4)
    monkeypatch.setattr(llama, "processor", lambda: "New Thing 2000 sse4_2 avx avx2 amx_tile")
    assert "compiled for another processor" in llama.killed(4)


@pytest.mark.slow
def test_the_library_of_this_machine_answers_in_a_process_of_its_own(weights: Path) -> None:
    adapter = registry.file_path(registry.load("smollm2"), "adapter")
    assert "Big Buck Bunny" in llama.run_apart("answer", str(weights), str(adapter))
