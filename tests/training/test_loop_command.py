"""The command of the loop: steps that are done once, and endings that say what they are."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from models.training.row_files import NAMES, write_rows
from streams.training.loop import command
from streams.training.loop.calling import StepFailed
from streams.training.loop.joining import read_rows
from streams.training.loop.lock import Locked, locked
from streams.training.loop.recipe import load
from streams.training.loop.rounds import Ending, Round
from streams.training.loop.work import Work
from tests.support import ROOT
from tests.training.loops import RECIPE, lines, options, rows


@pytest.fixture
def loop(tmp_path: Path) -> list[str]:
    return options(tmp_path)


def test_a_round_with_too_little_new_ends_well_and_the_next_one_counts_it(
    loop: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.run(loop) == 0
    assert "fewer than 5 rows are new; nothing was trained" in capsys.readouterr().err
    first = Round(tmp_path / "LOOP" / "rounds" / "0001")
    assert first.ending is Ending.TOO_FEW
    assert not (first.folder / "classifier").exists()
    told = (first.folder / "CARD.md").read_text()
    assert "Not trained: too few new rows" in told
    assert "What the figures are worth" not in told, "there are none"
    lines(tmp_path / "read.jsonl", rows("Low Tide", "A", "B"))
    assert command.run([*loop, "--until", "combine"]) == 0
    second = Round(tmp_path / "LOOP" / "rounds" / "0002")
    assert second.done["combine"]["new_names"] == 3
    assert read_rows(second.folder / "sample" / "sample.jsonl") == []
    assert "combine" in second.done
    assert second.ending is None


def test_what_is_measured_on_is_not_learnt_and_people_have_the_last_word(
    loop: list[str], tmp_path: Path
) -> None:
    known = rows("Quiet.Harbour.720p", "Low Tide", "Silver River", sub="movie")
    write_rows(tmp_path / "known" / NAMES, known)
    assert command.run([*loop, "--until", "combine"]) == 0
    made_here = Round(tmp_path / "LOOP" / "rounds" / "0001")
    learnt = {row["name"]: row["sub"] for row in read_rows(made_here.folder / "data" / NAMES)}
    assert "Quiet.Harbour.720p" not in learnt
    assert learnt == {
        "Silver River": "movie",
        "Low Tide": "album",
        "Paper Lanterns": "album",
        "High Tide": "album",
    }
    told = made_here.done["combine"]
    assert (told["held_out"], told["overruled"]) == (1, 1)


def test_each_task_has_learnt_what_it_was_trained_on(tmp_path: Path, loop: list[str]) -> None:
    """Fields that were too few while names were learnt are new still."""
    recipe = load(Path(loop[1]))
    first = Round(tmp_path / "LOOP" / "rounds" / "0001")
    first.begin()
    first.finish("classifier", {"trained": True, "accepted": True})
    first.finish("tagger", {"trained": False})
    first.end(Ending.TRAINED)
    work = Work(recipe, tmp_path / "LOOP", Round(tmp_path / "LOOP" / "rounds" / "0002"))
    assert work.learnt("classifier") == first.folder / "data"
    assert work.learnt("tagger") is None


def test_a_rule_that_is_new_takes_rows_of_before_out(
    loop: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from infra.settings import settings

    write_rows(tmp_path / "known" / NAMES, rows("Forbidden Harbour", "Silver River"))
    (tmp_path / "bans.toml").write_text('[[rules]]\nid = "own"\nterms = ["forbidden harbour"]\n')
    monkeypatch.setenv("STREAMS_BAN_KEYWORDS", str(tmp_path / "bans.toml"))
    settings.cache_clear()
    try:
        assert command.run([*loop, "--until", "combine"]) == 0
    finally:
        settings.cache_clear()
    combined = Round(tmp_path / "LOOP" / "rounds" / "0001")
    names = {row["name"] for row in read_rows(combined.folder / "data" / NAMES)}
    assert "Silver River" in names
    assert "Forbidden Harbour" not in names
    assert combined.done["combine"]["banned"] == 1


def test_what_fails_tonight_is_tried_again_at_the_next_time(
    loop: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failures = iter([StepFailed("`label` ended with exit code 4", 4), Locked("another loop"), None])
    slept: list[float] = []

    def one_round(work: Work, until: str | None) -> int:
        failure = next(failures)
        if failure:
            raise failure
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_round", one_round)
    monkeypatch.setattr("time.sleep", slept.append)
    assert command.run([*loop[:-1], "--every", "12h"]) == 130
    assert slept == [43_200, 43_200]
    assert capsys.readouterr().err.count("it is tried again in 12 hours") == 2


def test_wrong_options_of_a_step_end_a_loop_for_good(
    loop: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_round(work: Work, until: str | None) -> int:
        raise StepFailed("`label` ended with exit code 2", 2)

    monkeypatch.setattr(command, "_round", one_round)
    assert command.run([*loop[:-1], "--every", "12h"]) == 2


def test_a_folder_that_goes_away_between_two_rounds_is_told_and_waited_for(
    loop: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def sleep(_: float) -> None:
        if not (tmp_path / "evaluation.jsonl").exists():
            raise KeyboardInterrupt
        (tmp_path / "evaluation.jsonl").unlink()

    monkeypatch.setattr(command, "_round", lambda work, until: 0)
    monkeypatch.setattr("time.sleep", sleep)
    assert command.run([*loop[:-1], "--every", "12h"]) == 130
    assert "evaluation.jsonl is no file" in capsys.readouterr().err


def test_a_round_draws_from_a_dump_that_has_changed_since_it_was_killed(
    loop: list[str], tmp_path: Path
) -> None:
    dump = tmp_path / "dump.jsonl"
    text = RECIPE.replace("[gather]", '[gather]\ndumps = ["dump.jsonl"]')
    (tmp_path / "loop.toml").write_text(text)
    lines(dump, [{"infohash": "ab" * 20, "name": "Silver River"}])
    assert command.run([*loop, "--until", "gather"]) == 0
    round_folder = tmp_path / "LOOP" / "rounds" / "0001"
    (round_folder / "state.json").unlink()
    lines(dump, [{"infohash": "cd" * 20, "name": "Lantern Street"}])
    assert command.run([*loop, "--until", "gather"]) == 0
    asked = {row["name"] for row in read_rows(round_folder / "sample" / "sample.jsonl")}
    assert asked == {"Copper Bridge", "Lantern Street"}


def test_steps_are_told_and_none_is_begun(
    loop: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.run([*loop[:-1], "--steps"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "round 0001"
    steps = [line.split()[0] for line in told[1:]]
    assert steps == ["gather", "label", "combine", "classifier", "card", "activate"]
    assert not (tmp_path / "LOOP").exists()


def test_wrong_usage_and_what_is_missing_have_exit_codes(
    loop: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as wrong:
        command.run([*loop, "--until", "lunch"])
    assert wrong.value.code == 2
    assert "gather, label, combine" in capsys.readouterr().err
    with locked(tmp_path / "LOOP"):
        assert command.run(loop) == 1
    assert "another loop works in" in capsys.readouterr().err
    (tmp_path / "read.jsonl").unlink()
    assert command.run(loop) == 2
    assert "read.jsonl is no file" in capsys.readouterr().err
    (tmp_path / "loop.toml").write_text("speed = 1")
    assert command.run(loop) == 2


def test_a_database_that_is_away_is_told(
    loop: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from infra.settings import settings

    text = RECIPE.replace("[gather]", "[gather]\npostgres = true")
    (tmp_path / "loop.toml").write_text(text)
    monkeypatch.setenv("STREAMS_POSTGRES_DSN", "postgresql://nobody@127.0.0.1:1/none")
    settings.cache_clear()
    try:
        assert command.run(loop) == 1
    finally:
        settings.cache_clear()
    assert "Postgres does not answer" in capsys.readouterr().err


@pytest.mark.slow
def test_a_round_that_is_killed_ends_as_one_that_is_not(loop: list[str], tmp_path: Path) -> None:
    """Killed ever later, until it comes through; no step that was done is done again."""
    lines(tmp_path / "read.jsonl", rows(*(f"Low Tide {chr(97 + n % 26) * 9}{n}" for n in range(4))))
    program = [sys.executable, "-m", "models.training", "loop", *loop]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    state = tmp_path / "LOOP" / "rounds" / "0001" / "state.json"
    seen: dict[str, Any] = {}
    for patience in range(1, 40):
        running = subprocess.Popen(program, env=environment, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 0.25 * patience
        while time.monotonic() < deadline and running.poll() is None:
            time.sleep(0.01)
        is_killed = running.poll() is None
        if is_killed:
            running.send_signal(signal.SIGKILL)
        code = running.wait()
        done = json.loads(state.read_text())["steps"] if state.is_file() else {}
        assert {name: done[name] for name in seen} == seen
        seen = done
        if not is_killed:
            assert code == 0
            break
    else:
        pytest.fail("the round never came through")
    assert list(seen) == ["gather", "label", "combine", "classifier", "card", "activate"]
    unbroken = tmp_path / "UNBROKEN"
    assert command.run([*loop[:2], "--home", str(unbroken), "--once"]) == 0
    for part in ("people", "sample", "data"):
        for path in sorted((unbroken / "rounds" / "0001" / part).rglob("*.jsonl*")):
            other = tmp_path / "LOOP" / path.relative_to(unbroken)
            assert other.read_bytes() == path.read_bytes()
