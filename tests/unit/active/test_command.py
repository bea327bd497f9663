"""`python -m models activate`, `list` and `verify`: what they print, and their exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from models.__main__ import main
from tests.own_weights import experiment
from tests.support import ROOT


@pytest.fixture
def weights(tmp_path: Path) -> list[str]:
    return ["--weights", str(tmp_path / "weights")]


def test_what_is_active_is_told_and_what_follows(
    weights: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(experiment("tagger", tmp_path / "mine"))
    assert main(["activate", folder, *weights]) == 0
    out = capsys.readouterr().out
    assert "tagger: mine@2.0.0, revision 100, is active; before: tagger@2.0.0, revision 2" in out
    assert "python -m streams.reprocess extract" in out
    assert "python -m infra.postgres activate extract 100 --method tagger\n" in out
    assert main(["activate", "--list", *weights]) == 0
    out = capsys.readouterr().out
    assert "tagger: mine@2.0.0, revision 100  active" in out
    assert "classify: classify@2.0.0, revision 7  ships" in out
    assert main(["activate", "--reset", "extract", *weights]) == 0
    out = capsys.readouterr().out
    assert "which ships, is active again; before: mine" in out
    ships = "python -m infra.postgres activate extract 8 --method tagger\n"
    assert ships in out, "the revision of the rules"
    assert main(["activate", "--reset", "tagger", *weights]) == 0
    assert "was active already" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("stage", "line"),
    [
        ("classify", "activate classify 7\n"),
        ("match", "activate match 3\n"),
        ("tagger", "activate extract 8 --method tagger\n"),
        ("llm", "activate extract 3 --method llm\n"),
    ],
)
def test_the_line_that_follows_a_reset_names_only_results_of_that_stage(
    stage: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rules, tagger and language models have each had a revision 3."""
    folder = tmp_path / "weights"
    folder.mkdir()
    entry = 'model = "mine"\nrevision = 100\nmanifest = "of old"\n'
    (folder / "active.toml").write_text(f"[{stage}]\n{entry}")
    assert main(["activate", "--reset", stage, "--weights", str(folder)]) == 0
    assert f"python -m infra.postgres {line}" in capsys.readouterr().out


def test_the_list_says_where_a_file_of_settings_overrules_for_workers(
    weights: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STREAMS_HOME", raising=False)
    (tmp_path / ".env").write_text(
        "# STREAMS_MATCH_MODEL=old\nexport STREAMS_CLASSIFY_MODEL=mine\nSTREAMS_HOME=/srv\n"
    )
    main(["activate", "--list", *weights])
    out = capsys.readouterr().out
    assert "STREAMS_CLASSIFY_MODEL and STREAMS_HOME in .env" in out
    assert "STREAMS_MATCH_MODEL" not in out
    (tmp_path / ".env").unlink()
    main(["activate", "--list", *weights])
    assert ".env" not in capsys.readouterr().out


def test_what_the_gate_refused_has_an_exit_code_of_its_own(
    weights: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = experiment("match", tmp_path / "mine", place="candidate")
    told = {"is_accepted": False, "why": "link is 3.00 points lower\x1b[31m\nand more"}
    (folder / "comparison.json").write_text(json.dumps(told))
    assert main(["activate", str(folder), *weights]) == 3
    said = capsys.readouterr().err
    assert "3.00 points lower" in said
    assert "--force" in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    "arguments",
    [[], ["mine", "--list"], ["--reset", "nothing"], ["--list", "--name", "x"], ["a", "--reset"]],
)
def test_wrong_usage_is_two(weights: list[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["activate", *arguments, *weights])
    assert exited.value.code == 2


def test_list_and_verify_tell_what_is_active_and_whether_it_can_answer(
    weights: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["activate", str(experiment("classify", tmp_path / "mine")), *weights])
    capsys.readouterr()
    assert main(["list", *weights]) == 0
    out = capsys.readouterr().out
    assert "classify: mine@2.0.0, revision 100  active" in out
    assert "mine@2.0.0  revision 100  onnx" in out
    (tmp_path / "weights" / "mine" / "works.bin").unlink()
    assert main(["verify", *weights]) == 1
    out = capsys.readouterr().out
    assert "classify: cannot answer" in out
    assert "activate --reset classify" in out
    assert "works: mine/works.bin  missing" in out


def test_a_name_is_answered_without_reading_toml_of_what_is_active() -> None:
    """Where nothing was activated `mimmo NAME` reads no more than it did before."""
    script = (
        "import sys; from models.__main__ import main;"
        "main(['--json', 'Paper Lighthouse - Low Tide (2006) [FLAC]']);"
        "print(sorted({'models.added', 'models.fetch', 'models.toml_text', 'models.installing',"
        " 'fcntl', 'subprocess'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["activate", "--help"])
    assert "python -m models activate EXPERIMENT" in capsys.readouterr().out
