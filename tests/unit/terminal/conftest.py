"""The command `mimmo` as it is called, in this process."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from infra.settings import settings
from mimmo.__main__ import main


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Calls = Callable[..., Ended]


@pytest.fixture
def mimmo(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Calls:
    """`mimmo("search", "QUERY", stdin="...")`; without `stdin` it is empty."""
    monkeypatch.setenv("STREAMS_HOME", str(tmp_path / "home"))
    settings.cache_clear()

    def call(*arguments: str, stdin: str | bytes = b"") -> Ended:
        given = tmp_path / ".stdin"
        given.write_bytes(stdin.encode() if isinstance(stdin, str) else stdin)
        with given.open(encoding="utf-8") as stream:
            monkeypatch.setattr(sys, "stdin", stream)
            try:
                code = main(list(arguments))
            except SystemExit as exited:
                code = exited.code if isinstance(exited.code, int) else 1
        shown = capsys.readouterr()
        return Ended(code, shown.out, shown.err)

    return call


@pytest.fixture(autouse=True)
def _settings_of_this_test() -> None:
    """Settings are read once a process: what a test sets must not stay."""
    settings.cache_clear()
