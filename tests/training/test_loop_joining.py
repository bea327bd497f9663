"""What a round learns from: the last word of every name, and nothing that is measured on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.classifier import data as classifier_data
from models.training.held_out import family
from streams.training.loop.joining import (
    FIELDS,
    NAMES,
    Origin,
    RowsDamaged,
    join,
    label_of,
    news,
    origin_of,
    read_rows,
    write_folder,
    write_people,
    write_rows,
)


def row(name: str, sub: str = "album", **more: Any) -> dict[str, Any]:
    media = {"album": "audio", "movie": "video", "ebook": "book"}
    return {"name": name, "medium": media[sub], "sub": sub, "nsfw": False, **more}


NAMES_OF_A_DUMP = st.sampled_from(
    ["Low Tide", "Low.Tide.FLAC", "Quiet Harbour 1999", "Harbour S01E02", "\u202eedit", "Ærø", ""]
)
ROWS = st.lists(st.builds(row, NAMES_OF_A_DUMP, st.sampled_from(["album", "movie", "ebook"])))


@given(st.lists(ROWS), st.lists(NAMES_OF_A_DUMP))
def test_the_last_word_of_a_name_counts_and_what_is_measured_on_is_kept_out(
    origins: Sequence[Sequence[dict[str, Any]]], evaluated: Sequence[str]
) -> None:
    joined = join([Origin(str(n), rows) for n, rows in enumerate(origins)], evaluated)
    last = {said["name"]: said["sub"] for rows in origins for said in rows}
    assert all(joined.names[name]["sub"] == last[name] for name in joined.names)
    measured = {family(name) for name in evaluated}
    assert not measured & {family(name) for name in joined.names}
    rows = sum(map(len, origins))
    repeated = rows - joined.held_out - len(joined.names)
    assert 0 <= joined.overruled <= repeated


def test_another_episode_of_what_is_measured_on_is_not_learnt() -> None:
    rows = [row("Lantern Street S02E05 720p", "movie"), row("Low Tide")]
    joined = join([Origin("labels", rows)], ["Lantern.Street.S01E01"])
    assert list(joined.names) == ["Low Tide"]
    assert joined.held_out == 1


def test_a_label_is_new_where_the_name_or_what_is_said_of_it_is_new() -> None:
    earlier = {said["name"]: said for said in (row("A"), row("B"), row("C", share={"album": 1}))}
    now = [row("A"), row("B", "movie"), row("C", share={"album": 0.75}), row("D")]
    assert news({said["name"]: said for said in now}, earlier) == 2


def test_votes_and_origin_are_no_label() -> None:
    voted = row("A", votes={"small": "album"}, origin={"round": 1}, unsure=True)
    assert label_of(voted) == label_of(row("A"))
    assert label_of(row("A", nsfw=True)) != label_of(row("A"))


def told(name: str, sub: str | None = None, **more: Any) -> dict[str, Any]:
    """What a person said of a name, and no more than that."""
    whole = row(name, sub) if sub else {"name": name}
    return {key: value for key, value in whole.items() if key != "nsfw"} | more


VOTED = row("A", nsfw=True, share={"album": 1.0}, adult_share=0.75)


def test_who_says_the_class_alone_leaves_standing_whether_it_is_adult() -> None:
    joined = join([Origin("labels", [VOTED]), Origin("people", [told("A", "movie")])])
    assert joined.names["A"] == told("A", "movie", nsfw=True, adult_share=0.75)
    assert joined.overruled == 1
    again = join([Origin("labels", [VOTED]), Origin("people", [told("A", "album")])])
    assert again.names["A"]["nsfw"] is True
    assert again.overruled == 0
    assert "nsfw" not in join([Origin("people", [told("B", "album")])]).names["B"]


@pytest.mark.parametrize("adult", [True, False])
def test_who_says_whether_it_is_adult_alone_leaves_the_class_standing(adult: bool) -> None:
    voted = VOTED | {"nsfw": not adult}
    joined = join([Origin("labels", [voted]), Origin("people", [told("A", nsfw=adult)])])
    assert joined.names["A"] == voted | {"nsfw": adult, "adult_share": float(adult)}
    assert (joined.overruled, joined.flags) == (1, {})
    assert news(joined.names, {"A": voted}) == 1


def test_a_flag_waits_for_a_class_and_is_none_to_learn_from_before(tmp_path: Path) -> None:
    people = tmp_path / "people"
    write_people(people, join([Origin("corrections", [told("A", nsfw=True)])]))
    alone = join([origin_of(people, "people")])
    assert (alone.names, list(alone.flags)) == ({}, ["A"])
    assert classifier_data.labelled(people) == []
    joined = join([origin_of(people, "people"), Origin("later", [told("A", "movie")])])
    assert joined.names["A"]["nsfw"] is True
    assert joined.flags == {}


def test_a_folder_is_read_by_training_and_its_bytes_do_not_change(tmp_path: Path) -> None:
    data = tmp_path / "DATA"
    write_rows(data / NAMES, [row("Ærø"), row("Quiet Harbour", "movie")])
    (data / "gold").mkdir()
    (data / "gold" / "dev.jsonl").write_text('{"name": "Held"}\n')
    joined = join([Origin("labels", read_rows(data / NAMES))])
    out = tmp_path / "joined"
    for _ in range(2):  # a step that was killed is done again
        write_folder(out, joined, [data])
    assert [r.name for r in classifier_data.labelled(out)] == ["Ærø", "Quiet Harbour"]
    assert read_rows(out / "gold" / "dev.jsonl") == [{"name": "Held"}]
    assert read_rows(out / FIELDS) == []
    assert (out / NAMES).read_bytes() == (data / NAMES).read_bytes()


@pytest.mark.parametrize("text", ["[1]\n", '{"medium": "audio"}\n', "{", '{"name": 5}\n'])
def test_a_file_that_holds_no_rows_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(text)
    with pytest.raises(RowsDamaged, match=r"rows\.jsonl"):
        read_rows(path)


def test_half_a_gzipped_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    write_rows(path, [row(f"Low Tide {n}") for n in range(500)])
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(RowsDamaged, match=r"rows\.jsonl\.gz"):
        read_rows(path)
