"""An import that was stopped goes on: whatever it did, and however it was stopped."""

import itertools
import json
import operator
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.match import staging as staging_module
from models.match.dump import Dump
from models.match.entities import Entity, Kind
from models.match.errors import DumpUnreadable
from models.match.index import Index
from models.match.staging import Staging
from streams.lab.sample.musicbrainz import make
from streams.musicbrainz.__main__ import main
from streams.musicbrainz.catalogue import Sources, import_index

SAMPLE = Path(make.__file__).parent


def sample(**more: Any) -> Sources:
    return Sources(
        Dump(SAMPLE / "artist.tar.xz", Kind.ARTIST),
        Dump(SAMPLE / "release-group.tar.xz", Kind.RELEASE_GROUP),
        **more,
    )


class Stopped(Exception):
    pass


@pytest.mark.parametrize("after", [0, 1, 6, 13])
def test_an_import_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(staging_module, "MARKED_EVERY", 5)
    rows = [
        {"id": f"{number:08}-0000-0000-0000-000000000000", "name": f"Artist {number}"}
        for number in range(20)
    ]
    rows.insert(3, {"id": "no", "name": "bad"})
    path = tmp_path / "artist"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    real, parsed = Dump.entities, 0

    def stopping(self: Dump, skip: int = 0) -> Iterator[Entity]:
        yield from itertools.islice(real(self, skip), after)
        raise Stopped

    staging = Staging(tmp_path / "staging")
    monkeypatch.setattr(Dump, "entities", stopping)
    with pytest.raises(Stopped):
        staging.stage(Dump(path, Kind.ARTIST))
    assert list(staging.artists()) == [], "half a dump is no catalogue"

    def counting(self: Dump, skip: int = 0) -> Iterator[Entity]:
        nonlocal parsed
        for entity in real(self, skip):
            parsed += 1
            yield entity

    monkeypatch.setattr(Dump, "entities", counting)
    dump = Dump(path, Kind.ARTIST)
    staging.stage(dump)
    assert [artist.name for artist in staging.artists()] == [
        f"Artist {number}" for number in range(20)
    ]
    assert (dump.read, dump.bad) == (20, 1)
    assert parsed == 20 - after // 5 * 5, "what was marked is not parsed again"
    parsed = 0
    staging.stage(Dump(path, Kind.ARTIST))
    assert parsed == 0, "a staged dump is not read again"


@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("models.match.dump.Dump", "_parsed"),
        ("models.match.redirects", "_columns"),
        ("models.match.writer.IndexWriter", "group"),
        ("models.match.writer.IndexWriter", "finish"),
        ("models.match.build", "_point"),
        ("models.match.build", "_prune"),
    ],
)
def test_an_import_that_was_stopped_from_the_keyboard_goes_on(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    module: str,
    function: str,
) -> None:
    wanted = import_index(tmp_path / "whole", sample(redirects=SAMPLE / "mbdump.tar.bz2")).meta
    dumps = [str(SAMPLE / f"{kind}.tar.xz") for kind in ("artist", "release-group")]
    redirects = ["--redirects", str(SAMPLE / "mbdump.tar.bz2")]
    command = ["import", *dumps, *redirects, "--index", str(tmp_path / "index"), "--index-only"]
    real = operator.attrgetter(function)(pkgutil.resolve_name(module))
    calls = 0

    def stopping(*arguments: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 2 or function in ("finish", "_point", "_prune"):
            raise KeyboardInterrupt
        return real(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(f"{module}.{function}", stopping)
        assert main(command) == 130
    assert calls
    assert "goes on where it was" in capsys.readouterr().err
    assert main(command) == 0
    assert Index.open(tmp_path / "index").meta == wanted
    assert not list((tmp_path / "index" / "versions").glob(".building-*"))


def test_a_stop_while_redirects_are_written_keeps_those_that_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_index(tmp_path, sample(redirects=SAMPLE / "mbdump.tar.bz2"))
    real_write = Path.write_bytes

    def stopping(_: object) -> None:
        raise KeyboardInterrupt

    def half(path: Path, content: bytes) -> int:
        real_write(path, content[: len(content) // 2])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", stopping)
        patch.setattr(Path, "write_bytes", half)
        with pytest.raises(KeyboardInterrupt):
            import_index(tmp_path, sample(redirects=SAMPLE / "mbdump.tar.bz2"))
    assert import_index(tmp_path, sample()).meta.redirects == 2


def test_redirects_that_cannot_be_read_are_asked_for_again(tmp_path: Path) -> None:
    import_index(tmp_path, sample(redirects=SAMPLE / "mbdump.tar.bz2"))
    (tmp_path / "staging" / "redirects.json").write_bytes(b'[{"old": "')
    with pytest.raises(DumpUnreadable, match="--redirects again"):
        import_index(tmp_path, sample())
    assert import_index(tmp_path, sample(redirects=SAMPLE / "mbdump.tar.bz2")).meta.redirects == 2
