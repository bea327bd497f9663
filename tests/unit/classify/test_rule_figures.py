"""How rules are measured: on invented names, a half held out, near-copies counted once."""

import gzip
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.classify import extensions, patterns
from models.evaluation.metrics import Share
from models.training import patterns as measuring
from models.training.classifier.data import Row
from models.training.held_out import Tally, family, is_held_out
from models.training.row_files import NAMES
from schemas.media import Medium, Subcategory

RULE = "video.episode.sxxeyy"

TITLES = [
    f"{first} {second}"
    for first in ("Paper", "Lantern", "Harbour", "Fog", "Tide", "Robot", "River", "Glass")
    for second in ("Street", "House", "Garden", "Station", "Tower", "Island", "Bridge", "Mill")
]


def rows(*, wrong: int = 0) -> list[Row]:
    """An episode of each series; the first few are labelled as something else."""
    return [
        Row(f"{title} S01E02 1080p", Medium.BOOK, Subcategory.EBOOK, False)
        if place < wrong
        else Row(f"{title} S01E02 1080p", Medium.VIDEO, Subcategory.EPISODE, False)
        for place, title in enumerate(TITLES)
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Lantern.Street.S01E02.1080p.WEB-DL.x264",
        "lantern street s03e11 (2014) [720p]",
        "Lantern_Street_BluRay_REPACK",
    ],
)
def test_episodes_and_qualities_of_a_series_are_one_family(name: str) -> None:
    assert family(name) == family("Lantern Street")
    assert is_held_out(name) == is_held_out("Lantern Street")


def test_other_works_are_other_families() -> None:
    assert len({family(row.name) for row in rows()}) == len(TITLES)


def test_names_without_words_are_not_all_one_family() -> None:
    assert family("1917") != family("2012 1080p")


@given(st.text(st.characters(codec=None), max_size=200))
def test_numbers_and_quality_never_move_a_name_to_the_other_side(name: str) -> None:
    if not family(name).isalpha():
        return
    assert is_held_out(f"{name} 1999 1080p BluRay") == is_held_out(name)


def test_about_half_is_held_out() -> None:
    held = sum(is_held_out(row.name) for row in rows())
    assert len(TITLES) // 4 < held < 3 * len(TITLES) // 4


def test_a_family_counts_once_and_as_wrong_if_one_answer_is() -> None:
    tally = Tally()
    tally.add("Lantern Street S01E01", True)
    tally.add("Lantern Street S01E02", False)
    tally.add("Paper Harbour S01E01", True)
    tally.add("Paper Harbour S01E02", True)
    assert tally.share == Share(1, 2)


def test_only_held_out_names_make_the_figures() -> None:
    looked_at = [row for row in rows() if not is_held_out(row.name)]
    tally = measuring.measure(looked_at)[RULE]
    assert tally.looked_at.share.total == len(looked_at)
    assert tally.figures["support"] == 0
    assert tally.figures["lower"] == 0.0


def test_the_interval_is_that_of_the_held_out_names() -> None:
    listed = rows(wrong=10)
    held = [row for row in listed if is_held_out(row.name)]
    share = Share(sum(row.medium is Medium.VIDEO for row in held), len(held))
    figures = measuring.measure(listed)[RULE].figures
    assert 0 < share.right < share.total
    assert figures["precision"] == round(share.value, 4)
    assert (figures["lower"], figures["upper"]) == tuple(round(end, 4) for end in share.interval)
    assert figures["names"] == len(listed)


def test_adult_names_count_wherever_they_were_seen() -> None:
    looked_at = next(row for row in rows() if not is_held_out(row.name))
    adult = Row(looked_at.name, Medium.VIDEO, Subcategory.EPISODE, True)
    assert measuring.measure([adult])[RULE].figures["adult"] == 1


def test_rare_kinds_of_files_share_an_interval() -> None:
    names = [f"{title}.m4b" for title in TITLES[:8]] + [f"{title}.nsp" for title in TITLES[8:16]]
    listed = [
        Row(name, Medium.AUDIO if name.endswith("m4b") else Medium.SOFTWARE, None, False)
        for name in names
    ]
    held = sum(is_held_out(name) for name in names)
    kinds = measuring.measure_kinds(listed)
    assert kinds["audiobook"]["support"] + kinds["game"]["support"] == held
    assert kinds["audiobook"]["lower"] == kinds["game"]["lower"]
    assert kinds["game"]["lower"] == round(Share(held, held).interval[0], 4)


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Copies of both rule files, for the command to write into."""
    for module in (patterns, extensions):
        shutil.copy(module.RULES, tmp_path)
        monkeypatch.setattr(module, "RULES", tmp_path / module.RULES.name)
    return tmp_path / "patterns.toml", tmp_path / "extensions.toml"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data" / NAMES
    path.parent.mkdir(parents=True)
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for row in rows():
            label = {"medium": row.medium, "sub": row.subcategory, "nsfw": 0}
            out.write(json.dumps({"name": row.name, **label}) + "\n")
    return tmp_path / "data"


def test_check_writes_nothing_and_says_that_the_figures_are_others(
    copies: tuple[Path, Path], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = [path.read_text() for path in copies]
    assert measuring.main(["--data", str(data), "--check"]) == 1
    assert [path.read_text() for path in copies] == before
    shown = capsys.readouterr()
    assert RULE[:10] in shown.out
    assert "patterns.toml holds other figures" in shown.err


def test_what_was_measured_is_written_and_then_checks(
    copies: tuple[Path, Path], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert measuring.main(["--data", str(data)]) == 0
    written = next(r for r in patterns.rules(copies[0]) if r.id == RULE)
    held = sum(is_held_out(row.name) for row in rows())
    assert written.figures.support == held
    assert written.figures.lower == round(Share(held, held).interval[0], 4)
    assert measuring.main(["--data", str(data), "--check"]) == 0
    assert capsys.readouterr().err == ""


def test_writing_changes_figures_and_nothing_else(copies: tuple[Path, Path], data: Path) -> None:
    before = patterns.rules(patterns.RULES.with_name("patterns.toml"))
    assert measuring.main(["--data", str(data)]) == 0
    patterns.rules.cache_clear()
    after = patterns.rules(copies[0])
    assert [(r.id, r.medium, r.subcategory, r.regex) for r in after] == [
        (r.id, r.medium, r.subcategory, r.regex) for r in before
    ]
    comments = [line for line in copies[0].read_text().splitlines() if line.startswith("#")]
    assert len(comments) > 5


def test_a_folder_without_names_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert measuring.main(["--data", str(tmp_path)]) == 1
    assert "--data is the folder" in capsys.readouterr().err
