"""From scored answers to a decision: what is asserted, how surely, and what stood against it."""

from collections.abc import Sequence

from models.match.candidates import Found, Scored
from models.match.index import Index
from models.match.query import Query
from models.match.score import Scales
from schemas import Candidate, LinkStatus, Match

_SHOWN = 10
_SURE = (Found.NAME, Found.VARIOUS)
_EQUAL_TITLE = 0.99


def decide(index: Index, query: Query, answers: Sequence[Scored], scales: Scales) -> Match:
    """Choose among the answers to a query.

    An MBID is asserted only when its score reaches `medium` and no other artist comes within `margin`; a release group only
    when no other of the same artist comes within `margin_group`.
    """
    ranked = sorted(answers, key=lambda each: (-each.score, each.artist, each.group.id if each.group else -1))
    ranked = [each for each in ranked if each.score >= scales.shown]
    candidates = tuple(_candidate(index, each) for each in ranked[:_SHOWN])
    if not ranked:
        return Match(status=LinkStatus.NONE, why=("nothing of that name",))
    best = ranked[0]
    rival = next((each for each in ranked if _against(best, each)), None)
    margin = max(best.score - rival.score, 0.0) if rival else best.score
    why = list(best.why)

    def undecided(status: LinkStatus, reason: str) -> Match:
        return Match(status=status, score=best.score, margin=margin, candidates=candidates, why=(*why, reason))

    if best.group is None and best.found not in (Found.NAME, Found.ALIAS, Found.CREDIT):
        return undecided(LinkStatus.NONE, "an artist of another spelling needs a title that fits")
    if best.score < scales.medium:
        return undecided(LinkStatus.NONE, "too little alike")
    if rival is not None and margin < scales.margin:
        return undecided(
            LinkStatus.AMBIGUOUS,
            f"{len({each.artist for each in ranked if best.score - each.score < scales.margin})} artists fit",
        )
    if best.found is Found.LIKE and any(each.found is Found.NAME for each in ranked):
        return undecided(LinkStatus.AMBIGUOUS, "the artist of that very name has no such title")
    group = best.group
    if group is not None and (twin := _twin(best, ranked, scales)) is not None:
        why.append("several of its release groups fit")
        margin = max(best.score - twin.score, 0.0)
        group = None
    artist = index.artist(best.artist)
    return Match(
        status=_status(query, best, group is None, scales),
        artist_mbid=artist.mbid,
        artist=artist.name,
        release_group_mbid=group.mbid if group else None,
        title=group.title if group else None,
        score=best.score,
        margin=margin,
        candidates=candidates,
        why=tuple(why),
    )


def _status(query: Query, best: Scored, alone: bool, scales: Scales) -> LinkStatus:
    if alone and query.release_title is not None:
        return LinkStatus.MEDIUM
    if best.found in (Found.LIKE, Found.PART):
        # A guess about the artist is confirmed by the year or stays a guess.
        return LinkStatus.HIGH if "year equal" in best.why and best.score >= scales.high else LinkStatus.MEDIUM
    contradicted = "year before the first release" in best.why
    if best.found in _SURE and (alone or best.title_likeness >= _EQUAL_TITLE) and not contradicted:
        return LinkStatus.EXACT
    return LinkStatus.HIGH if best.score >= scales.high and not contradicted else LinkStatus.MEDIUM


def _against(best: Scored, other: Scored) -> bool:
    if other.artist == best.artist:
        return False
    # Two artists of one credit are not rivals: the release group is the same.
    return best.group is None or other.group is None or best.group.id != other.group.id


def _twin(best: Scored, ranked: Sequence[Scored], scales: Scales) -> Scored | None:
    for other in ranked:
        if (
            other.group is not None
            and best.group is not None
            and other.artist == best.artist
            and other.group.id != best.group.id
        ):
            return other if best.score - other.score < scales.margin_group else None
    return None


def _candidate(index: Index, scored: Scored) -> Candidate:
    artist, group = index.artist(scored.artist), scored.group
    return Candidate(
        artist_mbid=artist.mbid,
        artist=artist.name,
        release_group_mbid=group.mbid if group else None,
        title=group.title if group else None,
        year=group.year if group else None,
        score=scored.score,
    )
