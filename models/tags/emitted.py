"""The tags that a classification, an extraction or a link is.

A tag's embedder is what read the input: a rule, or a model. Its model is what was asked (`medium`,
`artist`), and `model_id` the revision of the stage. What is one of few words is the tag itself
(`..._medium_r9_audio`); what is a text of the work (a title, an MBID) is the tag's value, and the
tag is how sure it is (`..._artist_r5_high`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.tags.aggregate import tier
from models.tags.builds import Builds, Maker
from schemas.base import Contract
from schemas.classification import Classification, DecidedBy
from schemas.extraction import Extraction
from schemas.link import Link, LinkStatus
from schemas.result import Method, Result
from schemas.tag_name import MAX_TAG, tag
from schemas.tags import MAX_TAGS, Tag, TorrentTags

RULES = "rules"
_TAGGER = "tagger"
_NGRAMS = "ngrams"
_SURE = (LinkStatus.EXACT, LinkStatus.HIGH, LinkStatus.MEDIUM)


def tags_of(
    result: Classification | Extraction | Link, builds: Builds | None = None
) -> TorrentTags:
    """The tags that a result is. The same result has the same tags, wherever it is told.

    Args:
        result: of any stage.
        builds: the models on this machine; what is not among them has no hashes.
    """
    told = _Told(result, builds or Builds())
    match result:
        case Classification():
            said = list(_of_classification(told, result))
        case Extraction():
            said = list(_of_extraction(told, result))
        case Link():
            said = list(_of_link(told, result))
    said = said[:MAX_TAGS]
    return TorrentTags(
        infohash=result.infohash,
        stage=result.stage,
        revision=result.revision,
        method=result.method,
        result_id=result.result_id,
        observed_at=result.observed_at,
        tags=tuple(named for named, _ in said),
        origins={maker.prefix: maker.origin for _, maker in said},
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """Makes tags of one result."""

    result: Result
    builds: Builds

    def said(
        self,
        source: tuple[str, str],
        head: str,
        word: str,
        score: float | None = None,
        value: str | None = None,
    ) -> tuple[Tag, Maker]:
        """A tag and what made it; `source` is framework and embedder."""
        framework, embedder = source
        maker = self.builds.maker(self.result, framework, embedder, head)
        sure = None if score is None else tier(score)
        told = Tag(name=f"{maker.prefix}_{word}", score=score, tier=sure, value=value)
        return told, maker


def _of_classification(told: _Told, result: Classification) -> Iterator[tuple[Tag, Maker]]:
    verdict = result.verdict
    if verdict.source is DecidedBy.NONE:
        return  # nobody decided, so nothing is said
    is_learnt = verdict.source is DecidedBy.BERT
    if not is_learnt:
        source = (RULES, verdict.source.value)
    elif verdict.rule == _NGRAMS:
        source = ("linear", _NGRAMS)
    else:
        source = ("onnx", verdict.source.value)
    yield told.said(source, "medium", tag(verdict.medium), verdict.confidence)
    yield told.said(source, "subcategory", tag(verdict.subcategory))
    yield told.said(source, "nsfw", "yes" if verdict.nsfw else "no")
    if verdict.own_class is not None:
        yield told.said(
            ("linear", "own"), "own_class", tag(verdict.own_class), verdict.own_confidence
        )


def _of_extraction(told: _Told, result: Extraction) -> Iterator[tuple[Tag, Maker]]:
    for field, evidence in result.evidence.items():
        source = _read_by(evidence.source, result.method)
        sure = tier(evidence.confidence).value
        for text in _texts(getattr(result.metadata, field, None)):
            yield told.said(source, field, sure, evidence.confidence, text)
    technical = result.technical
    for field in type(technical).model_fields:
        for text in _texts(getattr(technical, field)):
            yield told.said((RULES, "technical"), field, _word(text), value=text)


def _of_link(told: _Told, result: Link) -> Iterator[tuple[Tag, Maker]]:
    match = result.match
    dated = result.reference_date.isoformat() if result.reference_date else "undated"
    source = (RULES, f"musicbrainz-{dated}")
    yield told.said(source, "link", tag(match.status), match.score)
    if match.status not in _SURE:
        return  # candidates are no claim
    for head, mbid in (
        ("artist_mbid", match.artist_mbid),
        ("release_group_mbid", match.release_group_mbid),
    ):
        if mbid is not None:
            yield told.said(source, head, tier(match.score).value, match.score, mbid)


def _read_by(source: str, method: Method) -> tuple[str, str]:
    """Framework and embedder of evidence: `rules:artist-title+tagger`, `tagger`, a model's name."""
    rule, _, agreeing = source.removeprefix(f"{RULES}:").partition("+")
    if source.startswith(f"{RULES}:"):
        # Both said the same. Which of them was believed more is in no result.
        return ("rules-onnx", f"{rule}-{agreeing}") if agreeing else (RULES, rule)
    if source == _TAGGER or method is not Method.LLM:
        return "onnx", source
    return "gguf", source.partition("@")[0]


def _texts(value: object) -> Sequence[str]:
    """What a field says, a text each; lists of objects say nothing that a tag could hold."""
    if value is None or value is False:
        return ()
    if isinstance(value, tuple):
        return [str(item) for item in value if not isinstance(item, Contract)]
    return ("yes",) if value is True else (str(value),)


def _word(text: str) -> str:
    """The tag of a technical value; `named` for a name in other letters, such as a group's."""
    try:
        return tag(text)[:MAX_TAG].rstrip("_")
    except ValueError:
        return "named"
