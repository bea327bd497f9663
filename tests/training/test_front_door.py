"""`python -m models.training`: help, exit codes and what is said when something is missing."""

import subprocess
import sys
from pathlib import Path

import pytest

from models.training.__main__ import BEYOND, COMMANDS
from tests.support import ROOT
from tests.training import invented_names
from tests.training.conftest import training


def test_help_names_every_command() -> None:
    told = training("--help")
    assert told.returncode == 0
    for command in (*COMMANDS, *BEYOND):
        assert f"\n  {command} " in told.stdout


def test_an_unknown_command_is_wrong_usage() -> None:
    told = training("clasifier")
    assert told.returncode == 2
    assert "there are: sample, label, loop, classifier" in told.stderr


def test_no_command_prints_what_there_is() -> None:
    told = training()
    assert told.returncode == 2
    assert "commands" in told.stderr


def test_the_help_of_a_command_has_examples_recipes_and_exit_codes() -> None:
    told = training("classifier", "--help")
    assert told.returncode == 0
    for part in ("examples:", "--recipe classifier-own", "classifier-tiny", "130 interrupted"):
        assert part in told.stdout


def test_data_that_is_not_there_is_named(tmp_path: Path) -> None:
    told = training("classifier", "--data", tmp_path, "--out", tmp_path / "out")
    assert told.returncode == 1
    assert "p2p_labelled.jsonl.gz is not there: --data is the folder" in told.stderr
    assert not (tmp_path / "out").exists()


def test_names_alone_are_pointed_to_the_recipe_for_them(tmp_path: Path) -> None:
    invented_names.write(tmp_path / "data", 100)
    told = training("classifier", "--data", tmp_path / "data", "--out", tmp_path / "out")
    assert told.returncode == 1
    assert "--recipe classifier-own" in told.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--recipe", "tiny"], "no recipe named 'tiny'"),
        (["--set", "small.depth=3"], "small.depth is no setting; allowed here: start"),
    ],
)
def test_a_wrong_recipe_is_wrong_usage(tmp_path: Path, options: list[str], told: str) -> None:
    wrong = training("classifier", "--data", tmp_path, "--out", tmp_path / "out", *options)
    assert wrong.returncode == 2
    assert told in wrong.stderr


def test_packages_that_are_missing_are_named_with_how_to_get_them(tmp_path: Path) -> None:
    invented_names.write(tmp_path / "data", 100)
    options = ["classifier", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")]
    script = (
        "import sys; sys.modules['torch'] = None\n"
        "from models.training.__main__ import main\n"
        f"sys.exit(main({[*options, '--recipe', 'classifier-tiny']!r}))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert "uv pip install -e '.[train,onnx]'" in told.stderr
