"""Whom to believe is counted on names that the tagger has not seen."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from models.extract.evidence.trust import FILE, RuleTrust, trust
from models.extract.tagger.decode import Tagged
from models.extract.tagger.run import calibrated
from models.training.held_out import family
from models.training.tagger import answers, counting, precedence
from models.training.tagger.answers import Answer
from models.training.tagger.calibrate import NEUTRAL
from models.training.tagger.counting import FEWEST, MARGIN, PRIOR
from models.training.tagger.data import Example, Span
from models.training.tagger.folds import fold_of
from models.training.tagger.hearing import Hearing, crossed, hearings
from schemas import Subcategory

MOVIE, ALBUM = Subcategory.MOVIE, Subcategory.ALBUM


def example(name: str, subcategory: Subcategory = MOVIE, **values: str) -> Example:
    return Example(name, subcategory, {role: at(name, value) for role, value in values.items()})


def at(name: str, value: str) -> Span:
    return name.index(value), name.index(value) + len(value)


def answer(row: Example, fold: int, confidence: float = 0.9, **values: str) -> Answer:
    places = {role: at(row.name, value) for role, value in values.items()}
    return Answer(
        row.name, fold, {role: Tagged(*span, confidence) for role, span in places.items()}
    )


def films(count: int) -> list[Example]:
    """Names whose title the rule before the year reads, and is right."""
    words = ["Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Grove", "Heron", "Inlet"]
    titles = [f"{first} {second} Road" for first in words for second in words if first != second]
    return [example(f"{title} (2011) 1080p", title=title, year="2011") for title in titles[:count]]


def of_role(heard: Sequence[Hearing], role: str) -> list[Hearing]:
    return [hearing for hearing in heard if hearing.role == role]


def test_answers_are_read_as_they_were_written(tmp_path: Path) -> None:
    row = films(1)[0]
    said = [answer(row, 3, 0.25, title="Amber Birch Road"), Answer("海の歌", 0, {})]
    answers.write(tmp_path / answers.FILE, said)
    assert answers.read(tmp_path / answers.FILE) == said


def test_near_copies_are_in_one_fold_and_no_fold_is_empty() -> None:
    rows = [
        example(f"{row.name[:-5]}{quality}") for row in films(20) for quality in ("720p", "1080p")
    ]
    folds = fold_of(rows, 5)
    assert set(folds) == set(range(5))
    of_family: dict[str, set[int]] = {}
    for row, fold in zip(rows, folds, strict=True):
        of_family.setdefault(family(row.name), set()).add(fold)
    assert all(len(own) == 1 for own in of_family.values())


def test_a_fold_is_calibrated_on_the_others_alone() -> None:
    rows = films(60)
    right = [answer(row, place % 2, title=row.name[:16]) for place, row in enumerate(rows)]
    wrong = [
        answer(row, 1, title="Road") if given.fold else given
        for row, given in zip(rows, right, strict=True)
    ]
    before, after = crossed(rows, right), crossed(rows, wrong)
    own = next(place for place, given in enumerate(wrong) if given.fold == 1)
    assert before[own]["title"].confidence == after[own]["title"].confidence
    assert after[own - 1]["title"].confidence < before[own - 1]["title"].confidence


def test_neutral_curves_leave_the_confidence() -> None:
    tags = calibrated({"title": Tagged(0, 4, 0.3)}, NEUTRAL)
    assert tags["title"].confidence == pytest.approx(0.3)


def test_each_witness_is_right_or_wrong_about_each_role() -> None:
    rows = films(2)
    said = [answer(rows[0], 0, title="Amber Birch Road"), answer(rows[1], 1, title="Cedar")]
    heard = hearings(rows, said, trust())
    agreed, disputed = of_role(heard, "title")
    assert agreed.agree and agreed.ruled and agreed.ruled.is_right and not agreed.is_dispute
    assert disputed.is_dispute and disputed.tagged and not disputed.tagged.is_right
    assert not of_role(heard, "creator")  # a film has none
    year = of_role(heard, "year")[0]
    assert year.tagged is None and not year.right(year.tagged) and year.right(year.ruled)


@pytest.mark.parametrize("creator", ["VA", "Various", "Various Artists"])
def test_various_artists_are_right_however_a_name_writes_them(creator: str) -> None:
    row = example(
        f"{creator} - Paper Lanterns (2011) [FLAC]", ALBUM, creator=creator, title="Paper Lanterns"
    )
    told = answer(row, 0, creator=creator, title="Paper Lanterns")
    heard = of_role(hearings([row], [told], trust()), "creator")[0]
    assert heard.published is not None and heard.published.is_right


def test_silence_about_what_a_name_does_not_say_is_right() -> None:
    row = example("Amber Birch Road 1080p", title="Amber Birch Road")
    year = of_role(hearings([row], [answer(row, 0)], trust()), "year")[0]
    assert year.ruled is None and year.right(year.ruled) and year.right(year.published)


def test_names_without_a_record_are_not_heard() -> None:
    row = example("Amber Birch Road", Subcategory.IMAGES)
    assert hearings([row], [answer(row, 0)], trust()) == []


def heard_of(right: Mapping[str, int], said: int) -> list[Hearing]:
    """So many names of which the rule, and the tagger against it, is right."""
    rows = films(said)
    told = []
    for place, row in enumerate(rows):
        title = row.name.partition(" (")[0]
        is_rule_right = place < right["rule"]
        label = title if is_rule_right else title.split()[1]
        rows[place] = example(row.name, title=label, year="2011")
        other = title.split()[1]
        told.append(answer(rows[place], place % 5, 0.8, title=other))
    return of_role(hearings(rows, told, trust()), "title")


def standing(yields: float | None) -> RuleTrust:
    return RuleTrust(yields=yields)


def test_a_share_of_few_names_is_drawn_towards_what_is_usual() -> None:
    few, many = counting.Weighed(3, 3), counting.Weighed(300, 300)
    assert few.drawn_to(0.7) == pytest.approx((3 + 0.7 * PRIOR) / (3 + PRIOR))
    assert few.drawn_to(0.7) < many.drawn_to(0.7) < 1


def test_a_rule_that_was_hardly_met_has_no_figure() -> None:
    enough = int(FEWEST)
    assert counting.figures(heard_of({"rule": 1}, enough - 1), lambda *_: standing(None)) == {}
    counted = counting.figures(heard_of({"rule": 1}, enough), lambda *_: standing(None))
    assert counted["before-year", "title"].names == enough


def test_the_tagger_is_believed_where_it_settles_more_disputes_by_a_margin() -> None:
    clear = counting.disputes(heard_of({"rule": 0}, int(MARGIN) + 2))
    close = counting.disputes(heard_of({"rule": 0}, int(MARGIN) - 1))
    contrary = counting.disputes(heard_of({"rule": 20}, 20))
    now = counting.threshold(clear, 1.1)
    assert now is not None and clear.gain(now) == clear.total
    assert counting.threshold(close, 1.1) == 1.1
    assert counting.threshold(contrary, 0.5) == counting.NEVER
    assert counting.threshold(contrary, None) == counting.NEVER


def test_thresholds_are_judged_on_folds_that_they_were_not_chosen_on() -> None:
    heard = heard_of({"rule": 0}, 25)
    stands, chosen, total = counting.nested(heard, lambda *_: standing(1.1), 0.5)
    assert (stands, total) == (0, 25)
    assert chosen == 25


def data_of(folder: Path, rows: Sequence[Example]) -> Path:
    import gzip

    (folder / "fields").mkdir()
    with gzip.open(folder / "fields/p2p_labelled.jsonl.gz", "wt", encoding="utf-8") as lines:
        for row in rows:
            title = row.name[slice(*row.spans["title"])]
            lines.write(
                json.dumps({"name": row.name, "sub": "movie", "title": title, "year": 2011}) + "\n"
            )
    return folder


def test_the_command_prints_what_it_counts_and_writes_nothing_when_it_checks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = films(40)
    file = tmp_path / answers.FILE
    answers.write(
        file,
        [answer(row, place % 5, title="Road") for place, row in enumerate(rows)],
    )
    before = FILE.read_text(encoding="utf-8")
    options = ["--data", str(data_of(tmp_path, rows)), "--answers", str(file), "--check"]
    assert precedence.main(options) == 1
    assert FILE.read_text(encoding="utf-8") == before
    printed = capsys.readouterr().out
    assert "before-year" in printed and "in dispute" in printed


def test_the_command_says_which_folder_it_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--data", str(tmp_path), "--answers", str(tmp_path / answers.FILE)]
    assert precedence.main(options) == 1
    assert "fields" in capsys.readouterr().err
