"""Whether a language model may become weights: its answers beside those of what is active.

Both answer the questions about the labelled names that are held out, each alone: rules and tagger,
which have the last word in a worker, do not hide what a model says. `python -m models.training
compare llm` compares whole records.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import active, loading
from models.active import Stage, Weights
from models.evaluation import fields, slices
from models.evaluation.fields import FieldCase
from models.extract.llm import llama
from models.extract.llm.files import files_of
from models.extract.llm.prompt import kind_of, parse
from models.extract.subject import ExtractSubject
from models.registry import Manifest, WeightsError, WeightsMissing
from models.training.compare import gate
from models.training.compare.apart import apart
from models.training.compare.cases import Evaluation, NoCases, Sourced, with_fields
from models.training.compare.comparison import Comparison, Outcome, Sides
from models.training.compare.weights import of_manifest
from models.training.held_out import family
from models.training.llm.data import ASKED
from schemas import Subcategory
from schemas.media import MEDIUM_OF

WHOLE = "whole answer"
_LABELS = {"creator": "artist", "title": "title", "year": "year"}
"""Role -> the field of a labelled name."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """The verdict where nothing can be asked."""

    is_accepted: bool
    why: str

    def as_json(self) -> dict[str, Any]:
        """All of it, for comparison.json."""
        return {"is_accepted": self.is_accepted, "why": self.why}


def judge(
    manifest: Manifest, folder: Path, data: Path, evaluation: Path | None, margin: float
) -> gate.Verdict | Unjudged:
    """The verdict on a candidate.

    Where there is no llama.cpp, or what is active is not on this machine, it is refused, with what
    torch measured of it and of its base.

    Args:
        manifest: the candidate's; paths of its files are relative to `folder`.
        folder: of the experiment.
        data: the data folder; rows that are held out by hash are judged on.
        evaluation: a file of cases to judge on besides; None if there is none.
        margin: points by which the overall figure may be lower.

    Raises:
        models.evaluation.cases.BadCases: a line is no case.
    """
    files_besides = () if evaluation is None else (evaluation,)
    judged_on = Evaluation(data=data, files=files_besides, margin=margin)
    candidate = of_manifest(Stage.LLM, manifest, folder)
    try:
        before = active.chosen(Stage.LLM, judged_on.weights_dir)
        files = files_of(manifest, candidate.path, judged_on.weights_dir)
        # A process of its own first, whatever was noted of other files.
        parts = [files.base, *([files.adapter] if files.adapter else [])]
        llama.run_apart("answer", *map(str, parts))
        sides = Sides("llm", before.told, candidate.told, WHOLE, {"kind": (WHOLE, *_LABELS)})
        sourced = with_fields(apart(judged_on, before, candidate))
        comparison = Comparison.of(sides, outcomes(before, candidate, sourced))
    except NoCases as error:
        return Unjudged(is_accepted=False, why=str(error))
    except (llama.LlamaUnavailable, WeightsMissing) as error:
        return by_torch(manifest, error)
    except WeightsError as error:
        return Unjudged(is_accepted=False, why=f"it cannot be asked: {error}")
    return gate.verdict(comparison, margin)


def outcomes(
    before: Weights, after: Weights, sourced: Sequence[Sourced[FieldCase]]
) -> list[Outcome]:
    """What both say about names of music, video and books; adult ones have no settled titles.

    Raises:
        WeightsError: a side cannot be loaded.
    """
    rows = [
        row
        for row in sourced
        if not row.case.adult and MEDIUM_OF[Subcategory(row.case.subcategory)] in ASKED
    ]
    cases = [row.case for row in rows]
    told = [_answers(weights, cases) for weights in (before, after)]
    return [
        Outcome(
            family(case.name),
            [
                ("kind", kind_of(Subcategory(case.subcategory)).name),
                ("script", slices.script(case.name)),
                ("file", file),
            ],
            _measures(case, old),
            _measures(case, new),
            source,
        )
        for (file, case, source), old, new in zip(rows, *told, strict=True)
    ]


def by_torch(manifest: Manifest, reason: Exception) -> Unjudged:
    """What torch measured, beside the base: refused, as nothing says how the active one is."""
    before = manifest.metrics.get("untaught", {})
    after = manifest.metrics.get("held_out", {})
    told = (
        f"not compared with what is active: {reason}\n"
        "mend that and give the same command again, or --force keeps it unjudged"
    )
    if not before:
        return Unjudged(is_accepted=False, why=told)
    old, new = before["all"]["exact"], after["all"]["exact"]
    why = (
        f"{told}\nby torch, beside its base: whole answers {old:g} % -> {new:g} %,"
        f" loss {before['loss']:g} -> {after['loss']:g}"
    )
    return Unjudged(is_accepted=False, why=why)


def _answers(weights: Weights, cases: Sequence[FieldCase]) -> list[str]:
    subjects = [ExtractSubject(case.name, None, Subcategory(case.subcategory)) for case in cases]
    return loading.llm(weights, threads=2).answer(subjects)


def _measures(case: FieldCase, answer: str) -> dict[str, bool]:
    kind = kind_of(Subcategory(case.subcategory))
    given = parse(kind, answer)
    flat = {_LABELS[role]: value for role, value in (given or {}).items()}
    is_right = fields.right(case, flat)
    roles = {role: given is not None and is_right[_LABELS[role]] for role in kind.roles}
    return {WHOLE: all(roles.values()), **roles}
