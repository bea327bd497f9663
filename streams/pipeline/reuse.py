"""What trusted nodes told, asked before the own models of a stage. Off unless it is switched on."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from operator import eq
from typing import Any, Generic, TypeVar

from infra.logging import get_logger
from infra.settings import Settings
from models.reuse.answers import Asked
from models.reuse.deciding import Choice, Rule, choose
from schemas import Reason, Reuse, Stage
from streams.operate.metrics import REUSE, REUSE_CHECKED
from streams.operate.process import StartError
from streams.reuse.keyring import TrustList, folder_of, home_secret
from streams.reuse.table import ToldBefore

log = get_logger(__name__)

Item = TypeVar("Item")
Given = TypeVar("Given")

UNKNOWN = "unknown"
"""Nobody had told anything."""
_SAME, _DIFFERENT = "same", "different"
"""What came of an answer that was checked."""


@dataclass(frozen=True, slots=True)
class Settled(Generic[Given]):
    """The answer to an item, and what others had told of it."""

    answer: Given
    reuse: Reuse | None = None
    is_same: bool | None = None
    """Whether the own model said the same, where that was looked at."""


class Peers:
    """Answers questions by what trusted nodes told.

    A table that cannot be read answers nothing: the own models are asked, as if it were not there.
    Used in the one thread of a stage.
    """

    def __init__(self, settings: Settings) -> None:
        self._trusted = TrustList(settings)
        self._told = ToldBefore(folder_of(settings))
        self._is_broken = False
        self._rule = Rule(
            settings.reuse_confidence,
            settings.reuse_agreement,
            settings.reuse_nodes,
            settings.reuse_checked,
            home_secret(settings),
        )

    @classmethod
    def of(cls, settings: Settings) -> "Peers | None":
        """The peers of an installation. Returns None where reuse is off.

        Raises:
            StartError: the list of trusted nodes, or the secret of the home, cannot be read.
        """
        if not settings.reuse:
            return None
        peers = cls(settings)
        log.info("Reuse is on", trusted=len(peers._trusted.nodes))
        for stage, outcome in product((Stage.CLASSIFY, Stage.EXTRACT), (_SAME, _DIFFERENT)):
            # What a counter says when it is first there is no increase to Prometheus.
            REUSE_CHECKED.labels(stage, outcome)
        return peers

    def choices(self, questions: Sequence[Asked]) -> list[Choice | None]:
        """What is to be done about each question; None where nobody told anything."""
        names = [question.name for question in questions]
        try:
            told = self._told.of(names, self._trusted.nodes.keys())
        except (sqlite3.Error, StartError) as error:
            self._broken(error)
            return [None] * len(names)
        self._is_broken = False
        return [choose(name, told.get(name, ()), self._rule) for name in names]

    def _broken(self, error: Exception) -> None:
        self._told.close()  # it may be another file by now
        if not self._is_broken:
            log.warning("what others told cannot be read; own models answer", error=str(error))
        self._is_broken = True


@dataclass(frozen=True, slots=True)
class Asking(Generic[Item, Given]):
    """How a stage is asked.

    Attributes:
        question: an item as the question that it is.
        read: the answer that was told, for this item; None if it does not fit.
        own: the own models' answers, in order.
        same: whether two answers say the same.
    """

    question: Callable[[Item], Asked]
    read: Callable[[Item, bytes], Given | None]
    own: Callable[[list[Item]], Sequence[Given]]
    same: Callable[[Given, Given], bool] = eq


def settled(
    peers: Peers | None, items: Sequence[Item], asking: Asking[Item, Given]
) -> list[Settled[Given]]:
    """Answers items: by what was told where that is good enough, else by the own models.

    Where reuse is off (no peers) nothing but the own models is called.
    """
    if peers is None:
        return [Settled(answer) for answer in asking.own(list(items))]
    choices = peers.choices([asking.question(item) for item in items])
    answers: list[Given | None] = []
    for place, (item, choice) in enumerate(zip(items, choices, strict=True)):
        answer = None if choice is None else _read(asking.read, item, choice)
        if choice is not None and choice.is_reused and answer is None:
            choices[place] = choice.but(Reason.UNFIT)
        answers.append(answer)
    places = [
        place for place, choice in enumerate(choices) if choice is None or not choice.is_reused
    ]
    fresh = asking.own([items[place] for place in places]) if places else []
    outcomes = dict(zip(places, fresh, strict=True))
    return [
        _settled(choice, answers[place], outcomes.get(place), asking.same)
        for place, choice in enumerate(choices)
    ]


def count_reuse(stage: str, outcomes: Iterable[Settled[Any] | None]) -> None:
    """Counts, once a batch, what came of what others had told."""
    for outcome in outcomes:
        if outcome is None:
            continue
        REUSE.labels(stage, outcome.reuse.reason if outcome.reuse else UNKNOWN).inc()
        if outcome.is_same is not None:
            REUSE_CHECKED.labels(stage, _SAME if outcome.is_same else _DIFFERENT).inc()


def _read(read: Callable[[Item, bytes], Given | None], item: Item, choice: Choice) -> Given | None:
    """The answer that was told, where it is needed; what does not fit its contract is none."""
    if choice.reuse.reason not in (Reason.AGREED, Reason.CHECKED):
        return None
    try:
        return read(item, choice.answer)
    except ValueError:  # the file was written by another version, or by hand
        return None


def _settled(
    choice: Choice | None,
    told: Given | None,
    fresh: Given | None,
    same: Callable[[Given, Given], bool],
) -> Settled[Given]:
    if choice is not None and choice.is_reused:
        assert told is not None
        return Settled(told, choice.reuse)
    assert fresh is not None
    if choice is None:
        return Settled(fresh)
    is_checked = choice.reuse.reason is Reason.CHECKED
    is_same = told is not None and same(told, fresh)
    return Settled(fresh, choice.reuse, is_same if is_checked else None)
