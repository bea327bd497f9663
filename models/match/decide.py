"""From scored answers to a decision: what is asserted, how surely, and what stood against it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from models.match.evidence import Found, Scored
from models.match.index import Index
from models.match.query import Query
from models.match.score import Scorer
from schemas import Candidate, LinkStatus, Match

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class _Ranked:
    scored: Scored
    probability: float


def decide(index: Index, query: Query, answers: Sequence[Scored], scorer: Scorer) -> Match:
    """Choose among the answers to a query.

    An artist is asserted when its probability, summed over its release groups, reaches `medium`; a
    release group when its own does. `score` is the probability of what is asserted, `margin` its
    distance to the runner-up: the next artist, or the next release group when one is asserted,
    whichever is nearer.
    """
    ranked = _ranked(answers, scorer)
    shown = tuple(
        _candidate(index, each) for each in ranked[:_SHOWN] if each.probability >= scorer.shown
    )
    if not ranked:
        return Match(status=LinkStatus.NONE, why=("nothing of that name",))
    artists = _artists(ranked)
    (best_artist, sure), *others = sorted(artists.items(), key=lambda each: (-each[1], each[0]))
    mine = [each for each in ranked if each.scored.artist == best_artist]
    best = (
        next((each for each in mine if each.scored.group is not None), mine[0])
        if query.release_title
        else mine[0]
    )
    if best.probability < mine[0].probability:
        best = mine[0]
    margin = sure - max((other for _, other in others), default=0.0)
    why = best.scored.why

    def undecided(status: LinkStatus, reason: str) -> Match:
        return Match(
            status=status,
            score=_unit(sure),
            margin=_unit(margin),
            candidates=shown,
            why=tuple(dict.fromkeys((*why, reason))),
        )

    something = sum(artists.values())
    if best.scored.group is None and best.scored.found not in (
        Found.NAME,
        Found.ALIAS,
        Found.CREDIT,
    ):
        return undecided(LinkStatus.NONE, "an artist of another spelling needs a title that fits")
    if sure < scorer.medium:
        if something < scorer.medium or len(artists) == 1:
            return undecided(LinkStatus.NONE, "too little alike")
        rivals = sum(other >= scorer.shown for other in artists.values())
        return undecided(LinkStatus.AMBIGUOUS, f"{max(rivals, 2)} artists fit")
    group, score = best.scored.group, sure
    if group is not None and best.probability < scorer.medium:
        group, why = None, (*why, "several of its release groups fit")
    if group is not None:
        rival = max(
            (each.probability for each in ranked if each.scored.group is not group), default=0.0
        )
        score, margin = best.probability, min(margin, best.probability - rival)
    artist = index.artist(best_artist)
    return Match(
        status=_status(query, best.scored, score, group is None, scorer),
        artist_mbid=artist.mbid,
        artist=artist.name,
        release_group_mbid=group.mbid if group else None,
        title=group.title if group else None,
        score=_unit(score),
        margin=_unit(margin),
        candidates=shown,
        why=why,
    )


def _ranked(answers: Sequence[Scored], scorer: Scorer) -> list[_Ranked]:
    """Most probable first. Two artists of one credit are no rivals: of a release group only its
    likeliest artist stays.
    """
    best: dict[tuple[str, int], tuple[float, Scored]] = {}
    for answer in answers:
        key = ("group", answer.group.id) if answer.group else ("artist", answer.artist)
        rank = scorer.utility(answer)
        if key not in best or rank > best[key][0]:
            best[key] = (rank, answer)
    kept = [answer for _, answer in best.values()]
    ranked = [_Ranked(*each) for each in zip(kept, scorer.probabilities(kept), strict=True)]
    return sorted(
        ranked,
        key=lambda each: (
            -each.probability,
            each.scored.artist,
            each.scored.group.id if each.scored.group else -1,
        ),
    )


def _artists(ranked: Sequence[_Ranked]) -> dict[int, float]:
    sums: defaultdict[int, float] = defaultdict(float)
    for each in ranked:
        sums[each.scored.artist] += each.probability
    return dict(sums)


def _status(query: Query, best: Scored, score: float, alone: bool, scorer: Scorer) -> LinkStatus:
    if alone and query.release_title is not None:
        return LinkStatus.MEDIUM
    if score < scorer.high:
        return LinkStatus.MEDIUM
    return LinkStatus.EXACT if best.is_plain else LinkStatus.HIGH


def _candidate(index: Index, each: _Ranked) -> Candidate:
    artist, group = index.artist(each.scored.artist), each.scored.group
    return Candidate(
        artist_mbid=artist.mbid,
        artist=artist.name,
        release_group_mbid=group.mbid if group else None,
        title=group.title if group else None,
        year=group.year if group else None,
        score=_unit(each.probability),
    )


def _unit(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 3)
