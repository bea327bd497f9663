"""The library llama.cpp on this machine: found, tried in a process of its own, or a plain word.

Native code that was compiled for another processor ends the whole process with a signal, which no
`except` sees. So nothing of llama.cpp runs in a process that matters before `require` has seen a
process of its own do the same work and end well. What was seen is noted beside the weights, for
this library and this processor, so that it costs its second only once.
"""

import ctypes
import hashlib
import importlib.util
import platform
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from models.registry import WeightsError

NOTE = "llama-tried.txt"
"""File in the folder of the weights: the library and processor that were seen to work together."""

_TRIAL_SECONDS = 180
"""Loading the model and one answer take two seconds; a machine that swaps may take a minute."""

_WITHOUT = "everything else works without it, and what would be asked of it stays queued"


NOT_A_MODEL = 3
"""Exit code of a trial in which llama.cpp ran, and could not load the file."""


class NotAModel(WeightsError):
    """llama.cpp runs here, and cannot load a file as a model."""


class LlamaUnavailable(WeightsError):
    """llama.cpp cannot be loaded or run on this machine; the message says what to do."""


def library() -> Any:
    """The module `llama_cpp`, which writes nothing to stderr.

    Raises:
        LlamaUnavailable: it is not installed, or its libraries cannot be loaded.
    """
    folder()  # where it is not installed, that is what to say
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError, AttributeError) as error:
        raise LlamaUnavailable(
            f"llama.cpp cannot be loaded ({error}): run `make llm` to build it anew; {_WITHOUT}"
        ) from error
    _silence(llama_cpp)
    return llama_cpp


def folder() -> Path:
    """Where llama-cpp-python is installed. Loads nothing.

    Raises:
        LlamaUnavailable: it is not installed.
    """
    package = importlib.util.find_spec("llama_cpp")
    if package is None or package.origin is None:
        raise LlamaUnavailable(
            "llama.cpp is not installed: run `make llm`, or install the extra `llama`"
            f" (it needs a C++ compiler); {_WITHOUT}"
        )
    return Path(package.origin).parent


def require(weights: Path, base: Path, adapter: Path | None = None) -> None:
    """Make sure that llama.cpp answers with a model here, before it is loaded into this process.

    Args:
        weights: folder that remembers the answer.
        base: GGUF file to try.
        adapter: GGUF file of its LoRA, if any.

    Raises:
        LlamaUnavailable: it is not installed, was killed by a signal, or gave no answer.
    """
    note = weights / NOTE
    if noted(note) == (here := fingerprint(folder())):
        return
    run_apart("answer", str(base), *([str(adapter)] if adapter else []))
    weights.mkdir(parents=True, exist_ok=True)
    note.write_text(f"{here}\n", encoding="ascii")


def noted(note: Path) -> str | None:
    """What was noted before; None if nothing was."""
    try:
        return note.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None


def run_apart(*arguments: str) -> str:
    """Run `python -m models.extract.llm.trial ARGUMENTS`; returns what it printed.

    Raises:
        LlamaUnavailable: it failed; the message says how.
        NotAModel: llama.cpp runs, and the file that it should describe is none that it can load.
    """
    command = [sys.executable, "-m", "models.extract.llm.trial", *arguments]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=_TRIAL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LlamaUnavailable(
            f"llama.cpp gave no answer in {_TRIAL_SECONDS} s: try again when the machine has"
            f" memory and time; {_WITHOUT}"
        ) from error
    if done.returncode == 0:
        return done.stdout.strip()
    if done.returncode < 0:
        raise LlamaUnavailable(killed(-done.returncode))
    said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
    if done.returncode == NOT_A_MODEL:
        raise NotAModel(said)
    raise LlamaUnavailable(f"llama.cpp does not work here: {said}")


def killed(number: int) -> str:
    """What to say of a trial that a signal ended."""
    name = signal.Signals(number).name
    if number != signal.SIGILL:
        return f"llama.cpp was killed by {name} when it was tried: is memory short? {_WITHOUT}"
    if platform.machine() in ("x86_64", "AMD64") and "avx2" not in processor().split():
        return (
            f"llama.cpp was killed by {name} when it was tried: this processor has no AVX2,"
            f" which it is compiled for; {_WITHOUT}"
        )
    return (
        f"llama.cpp was killed by {name} when it was tried: it was compiled for another processor;"
        f" run `make llm` to compile it for any; {_WITHOUT}"
    )


def fingerprint(installed: Path) -> str:
    """Names a build of the library on a processor: SHA-256 of what tells both apart."""
    libraries = sorted(path for path in (installed / "lib").glob("*") if path.is_file())
    parts = [platform.machine(), processor()]
    for path in libraries:
        status = path.stat()
        parts.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def processor() -> str:
    """The model of the processor and what it can do, as Linux tells it, else as Python knows it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return platform.processor()
    told: dict[str, str] = {}
    for line in lines:
        key, _, value = line.partition(":")
        told.setdefault(key.strip().lower(), value.strip())
    return " ".join(told.get(key, "") for key in ("model name", "flags", "features"))


_KEEP: list[Any] = []


def _silence(llama_cpp: Any) -> None:
    if not _KEEP:
        callback = llama_cpp.llama_log_callback(lambda level, text, user_data: None)
        _KEEP.append(callback)  # the C side holds no reference
        llama_cpp.llama_log_set(callback, ctypes.c_void_p(0))
