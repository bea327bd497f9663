"""Lets language models label the names of a round: their class, and for the tagger their fields."""

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from infra.settings import settings
from models.training.row_files import NAMES, write_text
from streams.pipeline.bans import load_bans
from streams.training.labels.answers import FILE, Answers, Outcome
from streams.training.labels.names import load
from streams.training.labels.poll import Ballot, gather
from streams.training.labels.tasks import TASKS
from streams.training.loop.calling import INCOMPLETE, MADE, StepFailed, call
from streams.training.loop.joining import Row, origin_of, read_rows
from streams.training.loop.recipe import Label

CONTENT = "content"
FIELDS_OF = {"music": "audio", "video": "video"}
"""Task of the labeller -> the medium whose names it is asked of."""

ENOUGH = 0.5
"""Share of the names that must have two votes where endpoints did not answer everything."""


def write_sample(folder: Path, questions: Iterable[Row], about: dict[str, object]) -> int:
    """Write a sample as the labeller reads it; returns how many names it has."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(question, ensure_ascii=False) + "\n" for question in questions]
    write_text(folder / "sample.json", json.dumps({**about, "rows": len(lines)}, indent=1) + "\n")
    write_text(folder / "sample.jsonl", "".join(lines))
    return len(lines)


def folder_of(round_folder: Path, task: str) -> Path:
    """The data folder of what the models agree on."""
    return round_folder / f"labels-{task}"


def label(round_folder: Path, how: Label, *, is_tagged: bool) -> dict[str, int]:
    """Ask, and write what is agreed on; returns the counts.

    What was answered is kept beside the sample, so that nothing is asked twice after a kill.

    Args:
        round_folder: with a sample in it.
        how: who is asked.
        is_tagged: whether the fields of music and videos are asked for, too.

    Raises:
        StepFailed: the labeller ended early; it has said why.
    """
    told = {}
    for task, sample in _samples(round_folder, is_tagged=is_tagged):
        asked = len(read_rows(sample / "sample.jsonl"))
        if asked:
            out = folder_of(round_folder, task)
            asked_of = [word for model in how.models for word in ("--model", model)]
            asked_of += ["--endpoints", str(how.endpoints)] if how.endpoints else []
            # The step is not done, so what a killed one exported is made anew.
            shutil.rmtree(out, ignore_errors=True)
            arguments = ["label", sample, "--task", task, *asked_of, *how.options, "--export", out]
            code = call(arguments, fine=(MADE, INCOMPLETE))
            told[f"{task} asked"] = asked
            if code == INCOMPLETE or _is_refused(sample, task):
                told[f"{task} with votes enough"] = _voted(sample, task, how)
            labelled = origin_of(out, task)
            told[f"{task} labelled"] = len(labelled.names) + len(labelled.fields)
    return told


def _is_refused(sample: Path, task: str) -> bool:
    """Whether a voter refused a name: it is at its end, and yet did not answer everything."""
    answers = Answers(sample / FILE)
    try:
        return any(
            Outcome.REFUSED in answers.outcomes(voter).values() for voter in answers.voters(task)
        )
    finally:
        answers.close()


def _voted(sample: Path, task: str, how: Label) -> int:
    """How many names have votes enough where endpoints did not answer everything.

    Two, or one where one voter alone is named. A server that refuses a name will refuse it for
    ever, and one that is switched off may never come back: the others are enough.

    Raises:
        StepFailed: too few names have them.
    """
    is_alone = len(how.models) == 1 and how.endpoints is None
    answers = Answers(sample / FILE)
    try:
        ballots = gather(answers, load(sample, load_bans(settings())), TASKS[task]).ballots
    finally:
        answers.close()
    voted = sum(_votes(ballot) >= (1 if is_alone else 2) for ballot in ballots)
    if voted < ENOUGH * len(ballots):
        raise StepFailed(
            f"{voted} of {len(ballots)} names have votes enough for {task}: too few, as endpoints"
            " did not answer",
            INCOMPLETE,
        )
    return voted


def _votes(ballot: Ballot) -> int:
    return sum(vote is not None for vote in ballot.votes)


def _samples(round_folder: Path, *, is_tagged: bool) -> Iterator[tuple[str, Path]]:
    """What is asked, and of which names: fields of those whose class was agreed on just before."""
    whole = round_folder / "sample"
    yield CONTENT, whole
    if not is_tagged:
        return
    labelled = {row["name"]: row for row in read_rows(folder_of(round_folder, CONTENT) / NAMES)}
    request = json.loads((whole / "sample.json").read_text(encoding="utf-8")).get("request")
    for task, medium in FIELDS_OF.items():
        folder = round_folder / f"sample-{task}"
        questions = read_rows(whole / "sample.jsonl")
        # Whether it is adult goes with a name: it was voted on with the class, and is not again.
        of_medium = [
            row | {"nsfw": labelled[row["name"]]["nsfw"]}
            for row in questions
            if labelled.get(row["name"], {}).get("medium") == medium
        ]
        write_sample(folder, of_medium, {"task": task, "request": request})
        yield task, folder
