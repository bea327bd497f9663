"""The figures of linking as tables.

Precision is the share of asserted MBIDs that are right; recall the share of the MBIDs that are in
the index that were asserted and right.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from models.evaluation import metrics, plot
from models.evaluation.linking import RECALLED_AT, Linked
from models.evaluation.metrics import Share
from models.evaluation.table import Table
from schemas import LinkStatus

THRESHOLDS = (0.0, 0.8, 0.9, 0.95, 0.98, 0.99)
"""Scores from which on answers are counted, one row each."""

HEADER = ("", "cases", "artist P", "artist R", "group P", "group R")
"""P is precision, R recall; in percent, and what they are at least (Wilson, 97.5 %)."""

_STEPS = [step / 200 for step in range(201)]
"""Thresholds of the plot."""


def artist_figures(answers: Iterable[Linked], above: float = 0.0) -> tuple[Share, Share]:
    """Precision and recall of artists asserted with a score of at least `above`."""
    labelled = [answer for answer in answers if answer.case.is_artist_labelled]
    asserted = [
        answer
        for answer in labelled
        if answer.artist_id is not None and answer.match.score >= above
    ]
    right = sum(answer.is_artist_right for answer in asserted)
    known = sum(bool(answer.truth.artists) for answer in labelled)
    return Share(right, len(asserted)), Share(right, known)


def group_figures(answers: Iterable[Linked], above: float = 0.0) -> tuple[Share, Share]:
    """Likewise of release groups."""
    labelled = [answer for answer in answers if answer.case.is_group_labelled]
    asserted = [
        answer for answer in labelled if answer.group_id is not None and answer.match.score >= above
    ]
    right = sum(answer.is_group_right for answer in asserted)
    known = sum(answer.truth.group is not None for answer in labelled)
    return Share(right, len(asserted)), Share(right, known)


def tables(answers: Sequence[Linked]) -> list[Table]:
    """Everything that is told of the answers to one file."""
    homonyms = [answer for answer in answers if answer.case.is_homonym]
    if homonyms:
        return [_homonyms(homonyms)]
    return [_by_slice(answers), _by_status(answers), _by_threshold(answers), _whole(answers)]


def row(name: str, answers: Sequence[Linked], above: float = 0.0) -> tuple[str, ...]:
    """One row under `HEADER`."""
    shares = (*artist_figures(answers, above), *group_figures(answers, above))
    return (name, str(len(answers)), *map(_cell, shares))


def errors(answers: Iterable[Linked], most: int) -> Table:
    """Wrong answers, then missed ones."""
    known = list(answers)
    wrong = [_error("wrong", answer) for answer in known if answer.is_wrong]
    missed = [
        _error("missed", answer)
        for answer in known
        if answer.group_id is None and answer.truth.group is not None
    ]
    header = ("what", "kind", "artist", "title", "year", "answered", "score", "why")
    return Table("Errors", header, [*wrong, *missed][:most])


def confidence(
    answers: Iterable[Linked],
) -> tuple[list[tuple[float, bool]], list[tuple[float, bool]]]:
    """Score and whether it was right, of what is asserted: artists alone, release groups."""
    artists = []
    groups = []
    for answer in answers:
        if answer.artist_id is not None and answer.group_id is None:
            artists.append((answer.match.score, answer.is_artist_right))
        if answer.group_id is not None and answer.case.is_group_labelled:
            groups.append((answer.match.score, answer.is_group_right))
    return artists, groups


def draw(answers: Sequence[Linked], path: Path) -> None:
    """Write a picture of precision and recall by threshold.

    Raises:
        plot.MissingPlots: the extra `plots` is not installed.
        OSError: the file cannot be written.
    """
    curves = {
        name: [tuple(share.value for share in figures(answers, step)) for step in _STEPS]
        for name, figures in (("artist", artist_figures), ("release group", group_figures))
    }
    plot.precision_recall(curves, _STEPS, path, "linking")


def _by_slice(answers: Sequence[Linked]) -> Table:
    slices: defaultdict[str, list[Linked]] = defaultdict(list)
    for answer in answers:
        for name in _slices(answer):
            slices[name].append(answer)
    rows = [
        row(name, part)
        for name, part in slices.items()
        if name == "all" or len(part) < len(answers)
    ]
    return Table("By slice", HEADER, rows)


def _slices(answer: Linked) -> Iterator[str]:
    yield "all"
    yield f"spelling: {answer.spelling}"
    yield f"script: {answer.script}"
    yield "tracks: " + ("yes" if answer.case.query.tracks else "no")
    yield f"kind: {answer.case.kind}"


def _by_status(answers: Sequence[Linked]) -> Table:
    parts = {
        status: [answer for answer in answers if answer.match.status is status]
        for status in LinkStatus
    }
    rows = [row(status.value, part) for status, part in parts.items() if part]
    return Table("By status", HEADER, rows)


def _by_threshold(answers: Sequence[Linked]) -> Table:
    rows = [row(f"≥ {threshold}", answers, threshold) for threshold in THRESHOLDS]
    return Table("By threshold of the score", HEADER, rows)


def _whole(answers: Sequence[Linked]) -> Table:
    groups = [answer for answer in answers if answer.truth.group is not None]
    recalled = Share(sum(answer.recalled for answer in groups), len(groups))
    rows = [(f"release groups among the first {RECALLED_AT} candidates", str(recalled))]
    for name, scored in zip(("artists", "release groups"), confidence(answers), strict=True):
        if scored:
            error = metrics.calibration_error(scored)
            rows.append((f"calibration error, {name}", f"{error:.3f}"))
    return Table("As a whole", ("", ""), rows)


def _homonyms(answers: Sequence[Linked]) -> Table:
    asserted = Share(sum(answer.artist_id is not None for answer in answers), len(answers))
    return Table("Homonyms", ("", ""), [("names of several artists, asserted", str(asserted))])


def _error(what: str, answer: Linked) -> tuple[str, ...]:
    query = answer.case.query
    match = answer.match
    answered = " / ".join(filter(None, (match.artist, match.title)))
    return (
        what,
        answer.case.kind,
        query.artist or "",
        query.title or "",
        str(query.year or ""),
        answered or match.status.value,
        f"{match.score:.3f}",
        ", ".join(match.why),
    )


def _cell(share: Share) -> str:
    return f"{share.bounded} ({share.right}/{share.total})" if share.total else "-"
