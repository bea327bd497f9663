"""No name is learnt from whose family is judged on."""

import json
from pathlib import Path

import pytest

from models.training.classifier.data import HELD_OUT, place, split, unrelated
from models.training.experiment.data_files import names
from models.training.experiment.errors import DataMissing
from models.training.held_out import choosing, family, judging
from models.training.tagger.data import Example
from schemas import Subcategory

EPISODES = [
    f"{show} S01E{number:02} {quality}p"
    for show in ("Lantern Street", "Harbour Lights", "The Granite Files", "Willow Bay")
    for number in range(1, 40)
    for quality in (720, 1080)
]


def rows(listed: list[str]) -> list[Example]:
    return [Example(name, Subcategory.EPISODE, {}) for name in listed]


def test_an_episode_of_a_show_that_is_held_out_is_not_learnt_from() -> None:
    others = [f"{word} songs" for word in ("amber", "copper", "juniper", "marble", "orchard")]
    train, held = split(rows([*EPISODES, *others]))
    assert held
    assert {row.name for row in held} == {
        name for name in [*EPISODES, *others] if place(name) < HELD_OUT
    }, "the line of what is held out stays"
    families = {family(row.name) for row in held}
    assert not any(family(row.name) in families for row in train)
    assert any(place(name) >= HELD_OUT and family(name) in families for name in EPISODES)
    assert train


def test_names_that_are_judged_on_are_not_learnt_from_nor_their_families() -> None:
    read = rows(["Lantern Street S01E01", "Quiet Harbour 2004", "Ada Quill - Low Tide"])
    kept = unrelated(read, ["Lantern Street S02E09 1080p", "Ada Quill - Low Tide"])
    assert [row.name for row in kept] == ["Quiet Harbour 2004"]


def test_what_chooses_among_weights_does_not_judge_them() -> None:
    held = rows([*EPISODES, *(f"{word} songs" for word in ("amber", "copper", "marble", "opal"))])
    chosen_by, judged_by = choosing(held, "half"), judging(held, "half")
    assert chosen_by
    assert judged_by
    assert len(chosen_by) + len(judged_by) == len(held)
    assert not {family(row.name) for row in chosen_by} & {family(row.name) for row in judged_by}
    assert choosing(held, "all") == judging(held, "all") == held


def test_the_names_of_a_file_of_cases_are_read(tmp_path: Path) -> None:
    file = tmp_path / "read.jsonl"
    file.write_text("".join(json.dumps({"name": name}) + "\n" for name in ("a", "b")))
    assert names(file) == ("a", "b")
    assert names(None) == ()
    with pytest.raises(DataMissing, match=r"missing\.jsonl cannot be read"):
        names(tmp_path / "missing.jsonl")
