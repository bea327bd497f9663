"""The gate: a candidate that is worse than what is active does not become weights.

`comparison` says what worse is, `cases` on what both are judged.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.active import Stage, Weights, chosen, stage_of
from models.registry import Manifest
from models.training.compare.cases import Evaluation, NoCases
from models.training.compare.comparing import compare, metered
from models.training.compare.comparison import MARGIN, Comparison
from models.training.compare.weights import TASKS, NoWeights, of_manifest


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says. `comparison` is None where there was nothing to compare on."""

    is_accepted: bool
    why: str
    """In a few lines, for a terminal and for the card."""
    comparison: Comparison | None
    margin: float = MARGIN

    def as_json(self) -> dict[str, Any]:
        """All of it, for comparison.json."""
        compared = {} if self.comparison is None else self.comparison.as_json(self.margin)
        return {"is_accepted": self.is_accepted, "why": self.why, **compared}

    def markdown(self) -> str:
        """All of it, for a card."""
        table = "" if self.comparison is None else f"\n{self.comparison.markdown()}"
        return f"{self.why}\n{table}"


def gate(candidate: Weights, evaluation: Evaluation, active: Weights | None = None) -> Verdict:
    """The verdict on a candidate.

    Args:
        candidate: what was trained.
        evaluation: what both are judged on, and the margin.
        active: what it is held against; what is active if it is None.

    Raises:
        models.evaluation.cases.BadCases: a line is no case.
        WeightsError, MatchError, ImportError: a side cannot be loaded.
    """
    task = next(task for task, stage in TASKS.items() if stage is candidate.stage)
    before = active or chosen(candidate.stage, evaluation.weights_dir)
    try:
        with metered("beside what is active") as advance:
            comparison = compare(task, before, candidate, evaluation, advance)
    except NoCases as error:
        return Verdict(is_accepted=False, why=str(error), comparison=None)
    return verdict(comparison, evaluation.margin)


def verdict(comparison: Comparison, margin: float = MARGIN) -> Verdict:
    """The verdict that a comparison with what is active leads to."""
    faults = comparison.faults(margin)
    lines = [comparison.summary(), comparison.basis, *faults]
    if not faults:
        lines.append("not worse than what is active")
    return Verdict(not faults, "\n".join(lines), comparison, margin)


def judge(
    manifest: Manifest,
    folder: Path,
    data: Path,
    evaluation: Path | None = None,
    margin: float = MARGIN,
) -> Verdict:
    """The verdict on the candidate of an experiment.

    Args:
        manifest: the candidate's; paths of its files are relative to `folder`.
        folder: of the experiment.
        data: the data folder; rows that are held out by hash are judged on.
        evaluation: a file of cases to judge on besides; None if there is none.
        margin: points by which the overall figure may be lower.

    Raises:
        models.evaluation.cases.BadCases, WeightsError, MatchError, ImportError: as `gate`.
    """
    stage = stage_of(manifest)
    if stage is None:
        raise NoWeights(f"{manifest.label} is of no stage that can have weights of one's own")
    files = () if evaluation is None else (evaluation,)
    judged_on = Evaluation(data=data, files=files, margin=margin)
    return gate(of_manifest(Stage(stage), manifest, folder), judged_on)
