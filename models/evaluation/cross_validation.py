"""Linking measured on cases that the weights have not seen.

The cases are split into folds. The cases of each fold are answered by weights that were learned
from all other folds. Near-duplicates (one artist, one release group, one spelling of an artist's
name) stay in one fold, so no fold tells of another.

What is held out are the weights. Folding, editions, keys, the list of features and the thresholds
are the same for every fold: who wrote them has looked at the cases.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from models.evaluation import linking
from models.evaluation.folds import folds
from models.evaluation.linking import LinkCase, Linked
from models.evaluation.linking_tables import HEADER, row
from models.evaluation.table import Table
from models.match.candidates import VARIOUS_ARTISTS
from models.match.index import Index
from models.match.matcher import Matcher
from models.match.normalise import compact, is_various, split_featuring
from models.training.match.choices import choice_of
from models.training.match.fit import Fitted, fit


@dataclass(frozen=True, slots=True)
class Fold:
    """One fold, and the weights that were learned without it."""

    cases: int
    learned_from: int
    fitted: Fitted
    held_out_loss: float
    """Mean negative log-likelihood of the fold's own cases."""


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """Answers to every case by weights that have not seen it or its near-duplicates."""

    answers: list[Linked]
    """In the order of the cases."""
    folds: list[Fold]


def cross_validate(
    cases: Sequence[LinkCase],
    matcher: Matcher,
    count: int,
    *,
    hide_tracks: bool = False,
) -> CrossValidation:
    """Answer each case by weights learned from the folds that it is not in.

    Args:
        cases: what the weights are learned from and measured on.
        matcher: finds the candidates; its thresholds decide.
        count: how many folds.
        hide_tracks: answer without the track lists; weights are learned with them.
    """
    fold_of = folds([marks(case, matcher.index) for case in cases], count)
    choices = [choice_of(case, matcher) for case in cases]
    labelled = [
        (fold, choice) for fold, choice in zip(fold_of, choices, strict=True) if choice is not None
    ]
    answers: dict[int, Linked] = {}
    measured = []
    for fold in range(count):
        members = [place for place, of_case in enumerate(fold_of) if of_case == fold]
        learned_from = [choice for of_case, choice in labelled if of_case != fold]
        held_out = [choice for of_case, choice in labelled if of_case == fold]
        fitted = fit(learned_from)
        unseeing = matcher.weighing(fitted.scorer(matcher.scorer))
        given = [cases[place] for place in members]
        given = linking.without_tracks(given) if hide_tracks else given
        answers.update(zip(members, linking.evaluate(given, unseeing), strict=True))
        measured.append(Fold(len(members), len(learned_from), fitted, fitted.loss_of(held_out)))
    return CrossValidation([answers[place] for place in range(len(cases))], measured)


def marks(case: LinkCase, index: Index) -> set[Hashable]:
    """What a case has in common with its near-duplicates.

    The true artists and the true release group, and the artist's name as it is asked for. Various
    artists have nothing in common but the release group.
    """
    truth = linking.truth_of(case, index)
    various = index.artist_of(VARIOUS_ARTISTS)
    common: set[Hashable] = {("artist", artist) for artist in truth.artists if artist != various}
    if truth.group is not None:
        common.add(("release group", truth.group))
    elif case.group_mbid is not None:
        common.add(("absent release group", case.group_mbid))
    name = split_featuring(case.query.artist or "")[0]
    if compact(name) and not is_various(name):
        common.add(("name", compact(name)))
    return common


def fold_table(validation: CrossValidation) -> Table:
    """How well each fold's weights fit what they were learned from, and the fold itself."""
    rows = [
        (
            str(number),
            str(fold.cases),
            str(fold.learned_from),
            f"{fold.fitted.loss:.3f}",
            f"{fold.held_out_loss:.3f}",
        )
        for number, fold in enumerate(validation.folds, 1)
    ]
    header = ("fold", "cases", "learned from", "nats a case, learned", "nats a case, held out")
    return Table("Folds", header, rows)


def beside_shipped(
    parts: Sequence[tuple[str, Sequence[Linked], Sequence[Linked]]],
) -> Table:
    """Of each file of cases: weights that have not seen it, and the weights that ship."""
    rows = [
        row(f"{name}, {who}", answers)
        for name, held_out, shipped in parts
        for who, answers in (("held out", held_out), ("as shipped", shipped))
    ]
    return Table("Held out, and by the weights that ship (which have seen the cases)", HEADER, rows)
