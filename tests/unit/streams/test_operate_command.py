"""The door to the commands of data care."""

from importlib import import_module

import pytest

from streams.operate.__main__ import COMMANDS, main
from streams.operate.care import plainly
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
