"""The examples of a scheduled loop are what systemd and the command take."""

import configparser
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from streams.training.loop import command
from streams.training.loop.calling import INTERRUPTED, REFUSED
from streams.training.loop.recipe import load
from tests.support import ROOT

EXAMPLES = ROOT / "infra" / "examples"


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(EXAMPLES / name)
    return parser


def test_the_service_starts_a_command_that_there_is() -> None:
    words = shlex.split(unit("mimmo-training.service")["Service"]["ExecStart"])
    assert words[1:4] == ["-m", "models.training", "loop"]
    chosen = command.make().parse_args(words[4:])
    assert chosen.once
    assert not chosen.activate


def test_a_round_that_was_refused_or_stopped_is_no_failure_of_the_service() -> None:
    service = unit("mimmo-training.service")["Service"]
    fine = {int(code) for code in service["SuccessExitStatus"].split()}
    assert fine == {REFUSED, INTERRUPTED}
    assert service["KillSignal"] == "SIGINT", "the round ends with 130, as by Ctrl-C"
    assert "exit codes" in command.EXAMPLES
    assert "3 what was trained" in command.EXAMPLES


def test_systemd_takes_both_units(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not here")
    for name in ("mimmo-training.service", "mimmo-training.timer"):
        text = (EXAMPLES / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("/opt/mimmo/bin/python", "/bin/true"))
    names = [str(tmp_path / name) for name in ("mimmo-training.service", "mimmo-training.timer")]
    done = subprocess.run([verify, "verify", *names], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_example_of_a_recipe_is_one() -> None:
    recipe = load(EXAMPLES / "loop.toml")
    assert recipe.gather.postgres
    assert len(recipe.label.models) == 3
    assert recipe.train.classifier == "classifier-own"


def test_the_line_for_cron_in_the_document_is_a_command_that_there_is() -> None:
    document = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
    (line,) = [line for line in document.splitlines() if line.startswith("0 3 * * 0 ")]
    words = shlex.split(line.partition("&&")[2].partition(">>")[0])
    assert words[1:4] == ["-m", "models.training", "loop"]
    assert command.make().parse_args(words[4:]).once
