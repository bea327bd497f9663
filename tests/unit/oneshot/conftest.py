"""The command as it is called, in this process: arguments and standard input in, the rest out."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from models import active
from models.__main__ import main
from models.match.dump import Dump
from models.match.entities import Kind
from models.oneshot import matching, options
from streams.lab.sample.musicbrainz import make
from streams.musicbrainz.catalogue import Sources, import_index

_KINDS = (Kind.ARTIST, Kind.RELEASE_GROUP)


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
            # Read once, when the module is: an index of this machine is none of the tests'.
            monkeypatch.setattr(matching, "HOME", tmp_path / "home")
            for module in (active, options):
                monkeypatch.setattr(module, "WEIGHTS", tmp_path / "home" / "weights")
            try:
                code = main(list(arguments))
            except SystemExit as exited:
                code = int(exited.code or 0)
        shown = capsys.readouterr()
        return Ended(code, shown.out, shown.err)

    return call


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of MusicBrainz of the sample catalogue."""
    sample = Path(make.__file__).parent
    folder = tmp_path_factory.mktemp("index")
    artists, groups = (Dump(sample / f"{kind}.tar.xz", kind) for kind in _KINDS)
    import_index(folder, Sources(artists, groups))
    return folder
