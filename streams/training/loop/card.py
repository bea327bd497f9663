"""The card of a round: what went in, what came out, the verdict, and what to type next."""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from models.active import Stage, chosen
from models.beside import own_class_names
from models.classify.own_classes import ROLE
from models.folders import read_manifest
from models.home import WEIGHTS
from models.oneshot.safe import safe
from models.registry import WeightsError
from models.training.compare.comparison import FEWEST
from streams.training.loop.work import Work

_COUNTED = ("gather", "label", "combine")
_NO_COUNTS = frozenset({"why", "seconds"})


def text(work: Work, kept: Mapping[str, str] | None = None) -> str:
    """The card in Markdown.

    Args:
        work: the round, whose trainings are done.
        kept: tasks that were accepted and were not made active all the same -> why.
    """
    lines = [f"# Round {work.round.number} of {work.recipe.name}", ""]
    lines += [f"Begun {work.round.started}.", "", "## What went in", ""]
    lines += ["| step | what | count |", "|---|---|---:|"]
    for step in _COUNTED:
        told = work.round.done.get(step, {})
        counts = {key: value for key, value in told.items() if key not in _NO_COUNTS}
        lines += [f"| {step} | {key.replace('_', ' ')} | {n} |" for key, n in counts.items()]
        if told.get("why"):
            lines.append(f"| {step} | {told['why']} | |")
    for task, recipe in work.trained:
        lines += [
            "",
            f"## {task.capitalize()}",
            "",
            *_of_task(work, task, recipe, (kept or {}).get(task)),
        ]
    if any(work.round.done.get(task, {}).get("trained") for task, _ in work.trained):
        lines += ["", "## What the figures are worth", "", _worth(work)]
    return "\n".join(lines) + "\n"


def activations(work: Work) -> Iterator[tuple[str, list[str]]]:
    """Tasks that were not refused, and what makes them active: arguments of `python -m models`."""
    for task, _ in work.trained:
        if work.round.done.get(task, {}).get("accepted"):
            yield task, _activation(work, task)


def _activation(work: Work, task: str) -> list[str]:
    return ["activate", str(work.experiment(task)), "--name", work.called(task)]


def by_hand(arguments: Sequence[str], why: str | None = None) -> str:
    """What to type to make a model active.

    Args:
        arguments: of `python -m models`.
        why: what `models activate` said against it, if it did; it names `--force` where that helps.
    """
    force = ["--force"] if why and "--force" in why else []
    return f"python -m models {safe(shlex.join([*arguments, *force]))}"


def unread(work: Work, task: str) -> str | None:
    """Why an accepted model is not made active by itself. Returns None if it may be.

    The gate says whether what decided is of rows that people read, and of how many: a candidate
    that was taught by a vote is right about what the voters say, whatever it does to other names,
    and a handful of names tells nothing.
    """
    comparison = _comparison(work.experiment(task))
    overall: dict[str, Any] = next(iter(comparison.get("slices", ())), {})
    how = "name some by `evaluation = FILE` in the recipe"
    if not overall or not overall.get("decides", work.recipe.evaluation is not None):
        return f"no row that people read was judged on; {how}"
    families = int(overall.get("families", 0))
    if families < FEWEST:
        return (
            f"only {families} names that people read were judged on (near-copies count once), and"
            f" fewer than {FEWEST} tell too little to do it unasked; {how}"
        )
    return None


def _comparison(folder: Path) -> dict[str, Any]:
    """What the gate wrote; empty if it wrote nothing."""
    path = folder / "comparison.json"
    if not path.is_file():
        return {}
    comparison: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return comparison


def _of_task(work: Work, task: str, recipe: str, kept: str | None) -> Iterator[str]:
    told = work.round.done.get(task, {})
    if not told.get("trained"):
        yield f"Not trained: {told.get('why', 'its step was not reached')}."
        return
    folder = work.experiment(task)
    yield f"Recipe `{Path(recipe).stem}`; `{folder}` is the experiment, with a card of its own."
    yield ""
    yield from _compared(folder)
    if told.get("accepted"):
        why = kept or (_lost(folder) if task == "classifier" else None)
        if why:
            yield from [f"**Accepted.** It is not active: {why}.", "", "To use it all the same:"]
        else:
            yield "**Accepted.** To use it:"
        yield from ["", "```", by_hand(_activation(work, task), why), "```"]
        return
    yield "**Refused.** Nothing was changed, and the same names alone will not be learnt again."


def _lost(folder: Path) -> str | None:
    """Why `models activate` would refuse a classifier: it lacks classes that the active one has."""
    try:
        known = own_class_names(chosen(Stage.CLASSIFY, WEIGHTS))
        if not known or ROLE in read_manifest(folder).files:
            return None
    except (WeightsError, ImportError, OSError, ValueError):
        return None  # what cannot answer has no classes to lose
    return (
        f"the active classifier knows {', '.join(sorted(known))}, which this one does not, so that"
        " `activate` demands --force; `python -m models.training own` teaches them anew beside it"
    )


def _compared(folder: Path) -> Iterator[str]:
    """The verdict of the gate, and every slice of the main measure."""
    comparison = _comparison(folder)
    if not comparison:
        return
    yield from (f"* {line}" for line in str(comparison.get("why", "")).splitlines())
    yield from ["", f"Before: {comparison.get('before')}. After: {comparison.get('after')}.", ""]
    yield "| slice | families | before | after | won | lost | McNemar p | p (Holm) |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for row in comparison.get("slices", ()):
        if row["measure"] == comparison["main"]:
            yield _slice(row)
    yield ""


def _slice(row: dict[str, Any]) -> str:
    name = "all" if row["kind"] == "all" else f"{row['kind']} {row['value']}"
    shares = [100 * row[f"right_{side}"] / row["families"] for side in ("before", "after")]
    adjusted = "-" if row["p_adjusted"] is None else f"{row['p_adjusted']:.3g}"
    return (
        f"| {name} | {row['families']} | {shares[0]:.1f} | {shares[1]:.1f} | {row['won']}"
        f" | {row['lost']} | {row['p']:.3g} | {adjusted} |"
    )


def _worth(work: Work) -> str:
    """Who labelled what is measured on."""
    if work.recipe.evaluation:
        return (
            f"Measured on all of `{work.recipe.evaluation.name}`, rows that you have read, besides"
            " what a hash holds out of the data folder."
        )
    return (
        "No rows that you have read are named (`evaluation = FILE` in the recipe). What is held"
        " out has the labels of the data folder: where language models gave them, the figures show"
        " how well these are imitated, not how right they are."
    )
