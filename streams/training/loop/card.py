"""The card of a round: what went in, what came out, the verdict, and what to type next."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streams.training.loop.work import Work

_NOT_COUNTED = frozenset({"why", "seconds"})


def text(work: Work) -> str:
    """The card in Markdown."""
    done = work.round.done
    lines = [f"# Round {work.round.number} of {work.recipe.name}", ""]
    lines += [f"Begun {work.round.started}.", "", "## What went in", ""]
    lines += ["| step | | count |", "|---|---|---:|"]
    for step in ("gather", "label", "combine"):
        told = done.get(step, {})
        lines += [
            f"| {step} | {_words(key)} | {value} |"
            for key, value in told.items()
            if key not in _NOT_COUNTED
        ]
        if told.get("why"):
            lines.append(f"| {step} | {told['why']} | |")
    for task, recipe in work.trained:
        lines += ["", f"## {task.capitalize()}", "", *_of_task(work, task, recipe)]
    lines += ["", *_about_truth(work)]
    return "\n".join(lines) + "\n"


def accepted(work: Work) -> Iterator[Path]:
    """Folders of what was trained and not refused."""
    for task, _ in work.trained:
        if work.round.done.get(task, {}).get("accepted"):
            yield work.experiment(task)


def _of_task(work: Work, task: str, recipe: str) -> Iterator[str]:
    told = work.round.done.get(task, {})
    if not told.get("trained"):
        yield f"Not trained: {told.get('why', 'its step was not reached')}."
        return
    folder = work.experiment(task)
    yield f"Recipe `{Path(recipe).stem}`, experiment `{folder}`."
    yield ""
    table = _table(folder)
    if table:
        yield from ["Side by side on what is held out:", "", *table, ""]
    if not told.get("accepted"):
        yield "**Refused**: it is worse than what is active. Nothing was changed."
        yield f"To make it all the same: the training command with `--force`, see `{folder}`."
        return
    yield "**Accepted.** To use it:"
    yield from ["", "```", f"python -m models activate {folder}", *_in_tables(folder), "```"]


def _table(folder: Path) -> list[str]:
    """The comparison as a table, if there is one."""
    path = folder / "comparison.json"
    if not path.is_file():
        return []
    comparison: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    rows = ["| slice | n | before | after | won | lost | McNemar p |", "|---|---:|" + "---:|" * 5]
    rows += [_slice(row) for row in comparison.get("slices", ())]
    return rows


def _slice(row: dict[str, Any]) -> str:
    count = row["n"]
    shares = [f"{100 * row[key] / count:.1f}" if count else "-" for key in ("before", "after")]
    return (
        f"| {row['slice']} | {count} | {' | '.join(shares)} | {row['won']} | {row['lost']}"
        f" | {row['p']:.3g} |"
    )


def _in_tables(folder: Path) -> list[str]:
    """What makes the tables show the new revision, where there is a pipeline."""
    path = folder / "manifest.toml"
    if not path.is_file():
        return []
    manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    return [f"python -m infra.postgres activate {manifest['stage']} {manifest['revision']}"]


def _about_truth(work: Work) -> Iterator[str]:
    """What the figures are worth: who labelled what is measured on."""
    yield "## What the figures are worth"
    yield ""
    if work.recipe.evaluation:
        yield f"Measured on `{work.recipe.evaluation.name}`, rows that you have read, as well."
        return
    yield (
        "No rows that you have read are named (`evaluation = FILE` in the recipe): what is held out"
        " has the labels of the data folder, and where language models gave them it shows how well"
        " they are imitated, not how right they are."
    )


def _words(key: str) -> str:
    return key.replace("_", " ")
