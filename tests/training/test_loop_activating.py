"""What a round makes active by itself, what it does not, and what its card says then."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from streams.training.loop import card, command
from streams.training.loop.card import unread
from streams.training.loop.recipe import load
from streams.training.loop.rounds import Ending, Round
from streams.training.loop.work import Work
from tests.training.loops import lines, options


@pytest.fixture
def loop(tmp_path: Path) -> list[str]:
    return options(tmp_path)


def test_only_what_was_judged_by_enough_rows_that_people_read_is_made_active(
    loop: list[str], tmp_path: Path
) -> None:
    work = Work(load(Path(loop[1])), tmp_path, Round(tmp_path / "rounds" / "0001"))
    folder = work.experiment("classifier")
    folder.mkdir(parents=True)
    said = {}
    for decides, families in ((True, 100), (False, 100), (True, 99)):
        overall = {"kind": "all", "decides": decides, "families": families}
        (folder / "comparison.json").write_text(json.dumps({"slices": [overall]}))
        said[decides, families] = unread(work, "classifier")
    assert said[True, 100] is None
    assert "no row that people read" in str(said[False, 100])
    assert "only 99 names that people read" in str(said[True, 99])


ACCEPTED = {"trained": True, "accepted": True}


def activated(loop: list[str], tmp_path: Path) -> Round:
    """Begin a round whose classifier was accepted on rows that people read; activate it."""
    begun = Round(tmp_path / "LOOP" / "rounds" / "0001")
    begun.begin()
    for step in ("gather", "label", "combine"):
        begun.finish(step, {})
    begun.finish("classifier", ACCEPTED)
    overall = {"measure": "x", "kind": "all", "decides": True, "families": 100}
    comparison = {"main": "medium", "slices": [overall]}
    lines(begun.folder / "classifier" / "comparison.json", [comparison])
    assert command.run([*loop, "--activate"]) == 0
    return begun


def test_a_refused_activation_ends_the_round_and_the_card_says_why(
    loop: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def refuse(arguments: list[str]) -> int:
        asked.append(arguments)
        sys.stderr.write("it does not know sheet_music: train it, or activate it with --force\n")
        return 1

    monkeypatch.setattr("models.__main__.main", refuse)
    monkeypatch.setattr("models.installing.outdated", lambda *_: None)
    ended = activated(loop, tmp_path)
    assert ended.ending is Ending.TRAINED
    assert ended.done["activate"]["activated"] == []
    told = (ended.folder / "CARD.md").read_text(encoding="utf-8")
    assert "It is not active: it does not know sheet_music" in told
    (arguments,) = asked
    assert f"python -m models {' '.join(arguments)} --force\n" in told


def test_what_was_compared_with_another_model_is_not_made_active_unasked(
    loop: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr("models.__main__.main", asked.append)
    monkeypatch.setattr("models.installing.outdated", lambda *_: "classify@1.0.0")
    ended = activated(loop, tmp_path)
    told = (ended.folder / "CARD.md").read_text(encoding="utf-8")
    assert "It is not active: it was compared with classify@1.0.0" in told
    assert asked == []


def test_weights_that_cannot_answer_end_the_round_with_what_activate_says(
    loop: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The experiment has no manifest: the real command says so."""
    monkeypatch.setattr("models.oneshot.options.WEIGHTS", tmp_path / "weights")
    ended = activated(loop, tmp_path)
    told = (ended.folder / "CARD.md").read_text(encoding="utf-8")
    assert "manifest.toml is not there" in told
    assert "--force" not in told
    assert ended.ending is Ending.TRAINED


def test_a_card_tells_of_classes_that_would_be_lost_before_anybody_types_the_command(
    loop: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card, "chosen", lambda *_: None)
    monkeypatch.setattr(card, "own_class_names", lambda _: frozenset({"sheet_music"}))
    monkeypatch.setattr(card, "read_manifest", lambda _: SimpleNamespace(files={}))
    begun = Round(tmp_path / "LOOP" / "rounds" / "0001")
    begun.begin()
    begun.finish("classifier", ACCEPTED)
    told = card.text(Work(load(Path(loop[1])), tmp_path / "LOOP", begun))
    assert "the active classifier knows sheet_music" in told
    assert "--name loop-0001-classifier --force" in told
