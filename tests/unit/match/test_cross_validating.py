"""Linking is measured on cases that its weights have not seen, nor their near-duplicates."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation import cross_validation, linking
from models.evaluation.cross_validation import cross_validate, marks
from models.evaluation.folds import folds
from models.evaluation.linking import LinkCase
from models.evaluation.match_cli import run
from models.match.matcher import Matcher
from models.match.query import Query
from models.training.match.fit import Choice, Fitted, fit
from streams.lab.sample.musicbrainz import make

LIGHTHOUSE = next(artist for artist in make.catalogue() if artist["key"] == "paper-lighthouse")
OTHER = LIGHTHOUSE["albums"][1]["title"]
MARKS = st.lists(st.sets(st.integers(0, 30), max_size=4), max_size=60)


def albums() -> Iterator[dict[str, object]]:
    """Every album of the sample catalogue as a case, as it is and with a slip in its title."""
    for artist in make.catalogue():
        for album in artist.get("albums", []):
            truth = {
                "artist_mbid": make.artist_mbid(artist),
                "release_group_mbid": make.group_mbid(artist, album),
            }
            title = str(album["title"])
            yield {"artist": artist["name"], "title": title, **truth}
            yield {"artist": artist["name"], "title": title[:1] + title, **truth}


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "albums.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in albums()), encoding="utf-8")
    return path


@given(MARKS, st.integers(2, 7))
def test_cases_that_share_a_mark_are_in_one_fold_whatever_lies_between(
    marked: list[set[int]], count: int
) -> None:
    fold_of = folds(marked, count)
    assert all(0 <= fold < count for fold in fold_of)
    by_mark: dict[int, set[int]] = {}
    for fold, of_case in zip(fold_of, marked, strict=True):
        for mark in of_case:
            by_mark.setdefault(mark, set()).add(fold)
    assert all(len(in_folds) == 1 for in_folds in by_mark.values())
    assert folds(marked, count) == fold_of, "the same cases give the same folds"


@given(st.integers(0, 60), st.integers(2, 7))
def test_cases_that_share_nothing_are_dealt_out_evenly(cases: int, count: int) -> None:
    fold_of = folds([set()] * cases, count)
    sizes = [fold_of.count(fold) for fold in range(count)]
    assert max(sizes) - min(sizes) <= 1


def test_an_artist_a_release_group_and_a_spelling_are_marks_and_various_artists_are_none(
    sample_index: Path,
) -> None:
    index = Matcher.open(sample_index).index
    by_key = {artist["key"]: artist for artist in make.catalogue()}

    def marks_of(key: str, title: str, asked: str | None = None) -> set[object]:
        artist = by_key[key]
        album = next(album for album in artist["albums"] if album["title"] == title)
        query = Query(asked or artist["name"], title)
        case = LinkCase(query, make.artist_mbid(artist), make.group_mbid(artist, album), "test")
        return set(marks(case, index))

    first = marks_of("paper-lighthouse", "Low Tide")
    assert first & marks_of("paper-lighthouse", OTHER, "Papr Lihgthouse")
    assert first & marks_of("paper-lighthouse", "Low Tide", "somebody else")
    assert not first & marks_of("amber-circuit", "Phosphor")
    assert marks_of("jonas-averill", "Two Rivers") & marks_of("jonas-averill", "Two Rivers", "x")
    assert not marks_of("various-artists", "Open Circuits Vol. 1") & marks_of(
        "various-artists", "Open Circuits Vol. 2"
    )


def test_no_fold_is_answered_by_weights_that_have_seen_it(
    sample_index: Path, cases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    matcher = Matcher.open(sample_index)
    known = linking.read(cases)
    learned_from: list[set[bytes]] = []

    def noting(choices: list[Choice]) -> Fitted:
        learned_from.append({choice.features.tobytes() for choice in choices})
        return fit(choices[:20])

    monkeypatch.setattr(cross_validation, "fit", noting)
    # Each case has features of its own, so that a choice tells which case it was made of.
    place_of = {id(case): place for place, case in enumerate(known)}
    real = cross_validation.choice_of

    def signed(case: LinkCase, with_matcher: Matcher) -> Choice | None:
        choice = real(case, with_matcher)
        assert choice is not None
        choice.features[0, 0] = place_of[id(case)]
        return choice

    monkeypatch.setattr(cross_validation, "choice_of", signed)
    validation = cross_validate(known, matcher, 3)
    assert [answer.case for answer in validation.answers] == known
    assert len(learned_from) == 3
    fold_of = folds([marks(case, matcher.index) for case in known], 3)
    seen = [{_place(features) for features in choices} for choices in learned_from]
    for place, fold in enumerate(fold_of):
        assert place not in seen[fold]
        assert all(place in seen[other] for other in range(3) if other != fold)
    assert sum(fold.cases for fold in validation.folds) == len(known)


def _place(features: bytes) -> int:
    import numpy as np

    return int(np.frombuffer(features, np.float64)[0])


def test_the_command_prints_held_out_figures_beside_those_of_the_shipped_weights(
    sample_index: Path, cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    options = ["--index", str(sample_index), "--cross-validate", "3", "--predictions", str(out)]
    assert run([str(cases), *options]) == 0
    told = capsys.readouterr().out
    assert "albums.jsonl, held out" in told
    assert "albums.jsonl, as shipped" in told
    assert "nats a case, held out" in told
    assert "≥" in told
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    asserted = [answer for answer in answers if answer["release_group_mbid"]]
    assert len(answers) == len(linking.read(cases))
    assert len(asserted) > len(answers) / 2


def test_a_wrong_number_of_folds_is_told(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folds_asked in ("1", "-3", "many"):
        with pytest.raises(SystemExit):
            run([str(cases), "--cross-validate", folds_asked])
        assert "2 or more" in capsys.readouterr().err
