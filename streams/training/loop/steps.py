"""The steps of a round. Each leaves its files in the round's folder and may be done again."""

import asyncio
import contextlib
import io
import shlex
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg

from infra.settings import settings
from models import installing
from models.home import WEIGHTS
from models.oneshot.safe import safe
from models.registry import WeightsError
from models.training.row_files import FIELDS, NAMES, write_text
from streams.corrections.reaching import looked
from streams.pipeline.bans import load_bans
from streams.training.loop import card, labelling
from streams.training.loop.calling import INTERRUPTED, MADE, REFUSED, call
from streams.training.loop.gathering import Gathering
from streams.training.loop.joining import (
    Joined,
    join,
    news,
    origin_of,
    read_rows,
    write_folder,
    write_people,
)
from streams.training.loop.rounds import Ending
from streams.training.loop.work import Work

Told = dict[str, Any]
"""What a step tells: it is kept in the round's state, and stands in the card."""

Step = Callable[[Work], Told]

CARD = "CARD.md"

_KIND = {"classifier": "names", "tagger": "fields"}
"""Which rows a task learns from."""


def gather(work: Work) -> Told:
    """What people said, and the names that language models are asked about."""
    current = settings()
    how = work.recipe.gather
    gathering = Gathering(load_bans(current), work.known())
    for path in how.read:
        gathering.read(path)
    if how.postgres:

        async def look(connection: asyncpg.Connection) -> None:
            await gathering.look(connection, how, seed=work.round.number)

        asyncio.run(looked(current, look))
    if how.dumps and how.drawn:
        _draw(work, gathering)
    write_people(work.people, join(gathering.people))
    about = {
        "round": work.round.number,
        "counts": gathering.counts,
        "request": {"adult": how.adult},
    }
    labelling.write_sample(work.sample, gathering.questions, about)
    return gathering.counts


def _draw(work: Work, gathering: Gathering) -> None:
    """Draw a fresh sample of the dumps: another seed every round."""
    folder = work.round.folder / "drawn"
    wanted = work.recipe.gather.drawn
    labelled = [folder / rows for folder in work.recipe.data for rows in (NAMES, FIELDS)]
    asked = [before.folder / "sample" / "sample.jsonl" for before in work.earlier]
    known = [path for path in (*labelled, *asked) if path.is_file()]
    excluded = [word for path in known for word in ("--exclude", path)]
    how = ["--n", wanted, "--seed", work.round.number, "--out", folder]
    # The step is not done, so what a killed one drew may be replaced: a dump may have changed.
    call(["sample", *work.recipe.gather.dumps, *how, *excluded, "--force"])
    for row in read_rows(folder / "sample.jsonl"):
        gathering.ask({**row, "stratum": "drawn"})


def label(work: Work) -> Told:
    """Ask the language models, and write what they agree on."""
    if not work.recipe.label.is_asked:
        return {"why": "no language models are named"}
    is_tagged = work.recipe.train.tagger is not None
    told = labelling.label(work.round.folder, work.recipe.label, is_tagged=is_tagged)
    return told or {"why": "no names to ask about"}


def combine(work: Work) -> Told:
    """Join what is new with what earlier rounds have, and count what is new."""
    bans = load_bans(settings())
    joined = join(work.origins(), work.evaluated())
    banned = joined.leave_out(lambda name: bans.check(name, infohash=None, paths=[]) is not None)
    write_folder(work.data, joined, work.recipe.data)
    return {
        **joined.counts,
        **({"banned": banned} if banned else {}),
        "new_names": news(joined.names, _learnt(work, "classifier").names),
        "new_fields": news(joined.fields, _learnt(work, "tagger").fields),
    }


def _learnt(work: Work, task: str) -> Joined:
    """What a task has learnt already."""
    folder = work.learnt(task)
    return join([origin_of(folder, "learnt")] if folder else [])


def is_enough(work: Work, task: str) -> bool:
    """Whether there is enough that a task has not learnt yet."""
    fresh = work.round.done["combine"][f"new_{_KIND[task]}"]
    return bool(fresh >= work.recipe.fewest)


def train(work: Work, task: str, recipe: str) -> Told:
    """Train, and let the gate compare with what is active."""
    if not is_enough(work, task):
        return {"trained": False, "why": "too few new rows"}
    options: list[object] = ["--data", work.data, "--out", work.experiment(task)]
    if work.recipe.evaluation:
        options += ["--evaluation", work.recipe.evaluation]
    code = call([task, "--recipe", recipe, *options], fine=(MADE, REFUSED))
    return {"trained": True, "accepted": code == MADE}


def write_card(work: Work) -> Told:
    """Write the card of the round."""
    path = work.round.folder / CARD
    write_text(path, card.text(work))
    return {"card": str(path)}


def activate(work: Work) -> Told:
    """Make accepted weights active where that is asked for, or say how.

    What is not made active is no failure: the round ends, and its card says why.
    """
    activated = []
    kept: dict[str, str] = {}
    for task, arguments in card.activations(work):
        typed = f"python -m models {safe(shlex.join(arguments))}"
        if not work.is_activated:
            sys.stderr.write(f"to use it: {typed}\n")
            continue
        why = (
            card.unread(work, task) or _outdated(work.experiment(task)) or _not_activated(arguments)
        )
        if why is None:
            activated.append(arguments[-1])
            continue
        kept[task] = why
        by_hand = card.by_hand(arguments, why)
        sys.stderr.write(f"{task} is not made active: {safe(why)}. All the same: {by_hand}\n")
    if kept:
        write_text(work.round.folder / CARD, card.text(work, kept))
    return {"activated": activated, **{f"{task}_not_activated": why for task, why in kept.items()}}


def _outdated(folder: Path) -> str | None:
    """Why the gate's verdict says nothing of what is active; None where it does."""
    try:
        before = installing.outdated(folder, WEIGHTS)
    except WeightsError as error:
        return str(error)
    if before is None:
        return None
    return f"it was compared with {before}, and another model is active by now"


def _not_activated(arguments: list[str]) -> str | None:
    """Make weights active. Returns None, or why `models activate` did not."""
    from models.__main__ import main

    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = main(arguments)
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    if code == MADE:
        sys.stderr.write(said.getvalue())
        return None
    told = " ".join(said.getvalue().split()).rstrip(".")
    return told or f"`models activate` ended with exit code {code}"


def steps(work: Work) -> Iterator[tuple[str, Step]]:
    """The steps of a round, in order."""
    yield "gather", gather
    yield "label", label
    yield "combine", combine
    for task, recipe in work.trained:
        yield task, partial(train, task=task, recipe=recipe)
    yield "card", write_card
    yield "activate", activate


def ending(work: Work) -> Ending:
    """How a round ended whose steps are done."""
    told = [work.round.done[task] for task, _ in work.trained]
    if not any(said["trained"] for said in told):
        return Ending.TOO_FEW
    return Ending.TRAINED if any(said.get("accepted") for said in told) else Ending.REFUSED
