"""From candidates to a decision: what is asserted, how surely, and what stood against it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from models.match.answer import Answer
from models.match.index import GroupRecord, Index
from models.match.query import Query
from models.match.score import Scorer
from schemas import Candidate, LinkStatus, Match

_SHOWN = 10
"""Candidates that are told, at most."""


@dataclass(frozen=True, slots=True)
class _Ranked:
    """An answer and its probability."""

    answer: Answer
    probability: float


@dataclass(frozen=True, slots=True)
class _Leader:
    """The likeliest artist, and the answer that speaks for it."""

    artist: int
    best: _Ranked
    sure: float
    """Probability of the artist, summed over its release groups."""
    margin: float
    """Distance to the next artist."""
    artists: dict[int, float]
    """Probability of every artist."""


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Why nothing is asserted."""

    status: LinkStatus
    reason: str


def decide(index: Index, query: Query, answers: Sequence[Answer], scorer: Scorer) -> Match:
    """Choose among the answers to a query.

    An artist is asserted when its probability, summed over its release groups, reaches `medium`; a
    release group when its own does. `score` is the probability of what is asserted, `margin` its
    distance to the runner-up: the next artist, or the next release group when one is asserted,
    whichever is nearer.
    """
    ranked = _ranked(answers, scorer)
    if not ranked:
        return Match(status=LinkStatus.NONE, why=("nothing of that name",))
    leader = _leader(query, ranked)
    shown = tuple(
        _candidate(index, candidate)
        for candidate in ranked[:_SHOWN]
        if candidate.probability >= scorer.shown
    )
    doubt = _doubt(leader, scorer)
    if doubt is None:
        decision = _Decision.of(query, leader, ranked, scorer)
        return decision.as_match(index, shown)
    return Match(
        status=doubt.status,
        score=_unit(leader.sure),
        margin=_unit(leader.margin),
        candidates=shown,
        why=tuple(dict.fromkeys((*leader.best.answer.why, doubt.reason))),
    )


def _ranked(answers: Sequence[Answer], scorer: Scorer) -> list[_Ranked]:
    """The answers, most probable first.

    Two artists of one credit are no rivals: of a release group only its likeliest artist stays.
    """
    best: dict[tuple[str, int], tuple[float, Answer]] = {}
    for answer in answers:
        entity = ("group", answer.group.id) if answer.group else ("artist", answer.artist)
        utility = scorer.utility(answer)
        if entity not in best or utility > best[entity][0]:
            best[entity] = (utility, answer)
    rivals = [answer for _, answer in best.values()]
    ranked = map(_Ranked, rivals, scorer.probabilities(rivals))
    return sorted(ranked, key=_order)


def _order(ranked: _Ranked) -> tuple[float, int, int]:
    group = ranked.answer.group
    return -ranked.probability, ranked.answer.artist, group.id if group else -1


def _leader(query: Query, ranked: Sequence[_Ranked]) -> _Leader:
    artists: defaultdict[int, float] = defaultdict(float)
    for candidate in ranked:
        artists[candidate.answer.artist] += candidate.probability
    ordered = sorted(artists.items(), key=lambda item: (-item[1], item[0]))
    (artist, sure), *others = ordered
    runner_up = max((probability for _, probability in others), default=0.0)
    best = _best(query, [candidate for candidate in ranked if candidate.answer.artist == artist])
    return _Leader(artist, best, sure, sure - runner_up, dict(artists))


def _best(query: Query, answers: Sequence[_Ranked]) -> _Ranked:
    """The answer that speaks for an artist: one with a release group where a title is asked for."""
    first = answers[0]
    if not query.release_title:
        return first
    with_group = next((ranked for ranked in answers if ranked.answer.group is not None), first)
    return first if with_group.probability < first.probability else with_group


def _doubt(leader: _Leader, scorer: Scorer) -> _Doubt | None:
    """Why the leader is not asserted. Returns None if it is."""
    answer = leader.best.answer
    if answer.group is None and not answer.compared.is_equal:
        return _Doubt(LinkStatus.NONE, "an artist of another spelling needs a title that fits")
    if leader.sure >= scorer.medium:
        return None
    anything = sum(leader.artists.values())
    if anything < scorer.medium or len(leader.artists) == 1:
        return _Doubt(LinkStatus.NONE, "too little alike")
    rivals = sum(probability >= scorer.shown for probability in leader.artists.values())
    return _Doubt(LinkStatus.AMBIGUOUS, f"{max(rivals, 2)} artists fit")


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is asserted."""

    artist: int
    group: GroupRecord | None
    status: LinkStatus
    score: float
    margin: float
    why: tuple[str, ...]

    @classmethod
    def of(
        cls, query: Query, leader: _Leader, ranked: Sequence[_Ranked], scorer: Scorer
    ) -> "_Decision":
        """The leader, with its release group if that is sure enough by itself."""
        answer, probability = leader.best.answer, leader.best.probability
        group = answer.group
        if group is None or probability < scorer.medium:
            several = ("several of its release groups fit",) if group is not None else ()
            is_title_missed = query.release_title is not None
            status = LinkStatus.MEDIUM if is_title_missed else _status(answer, leader.sure, scorer)
            why = (*answer.why, *several)
            return cls(leader.artist, None, status, leader.sure, leader.margin, why)
        runner_up = max(
            (rival.probability for rival in ranked if rival.answer.group is not group), default=0.0
        )
        margin = min(leader.margin, probability - runner_up)
        status = _status(answer, probability, scorer)
        return cls(leader.artist, group, status, probability, margin, answer.why)

    def as_match(self, index: Index, shown: tuple[Candidate, ...]) -> Match:
        """The decision as published."""
        artist = index.artist(self.artist)
        return Match(
            status=self.status,
            artist_mbid=artist.mbid,
            artist=artist.name,
            release_group_mbid=self.group.mbid if self.group else None,
            title=self.group.title if self.group else None,
            score=_unit(self.score),
            margin=_unit(self.margin),
            candidates=shown,
            why=self.why,
        )


def _status(answer: Answer, score: float, scorer: Scorer) -> LinkStatus:
    if score < scorer.high:
        return LinkStatus.MEDIUM
    return LinkStatus.EXACT if answer.is_plain else LinkStatus.HIGH


def _candidate(index: Index, ranked: _Ranked) -> Candidate:
    artist = index.artist(ranked.answer.artist)
    group = ranked.answer.group
    return Candidate(
        artist_mbid=artist.mbid,
        artist=artist.name,
        release_group_mbid=group.mbid if group else None,
        title=group.title if group else None,
        year=group.year if group else None,
        score=_unit(ranked.probability),
    )


def _unit(value: float) -> float:
    """A value in [0, 1], as it is published."""
    return round(min(max(value, 0.0), 1.0), 3)
