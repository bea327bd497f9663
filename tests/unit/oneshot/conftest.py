"""The command as it is called, in this process: arguments and standard input in, the rest out."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from models.__main__ import main


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
    """`mimmo("--json", "NAME", stdin="...")`; without `stdin` it is empty."""

    def call(*arguments: str, stdin: str | bytes = b"") -> Ended:
        given = tmp_path / ".stdin"
        given.write_bytes(stdin.encode() if isinstance(stdin, str) else stdin)
        with given.open(encoding="utf-8") as stream:
            monkeypatch.setattr(sys, "stdin", stream)
            monkeypatch.setenv("STREAMS_HOME", str(tmp_path / "home"))
            try:
                code = main(list(arguments))
            except SystemExit as exited:
                code = int(exited.code or 0)
        shown = capsys.readouterr()
        return Ended(code, shown.out, shown.err)

    return call
