"""The lines of one torrent as the row and the detail that Postgres would give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from infra.postgres.search import Detail, File, Row, StageResult
from schemas import Classification, Extraction, Link, Torrent, uniform
from streams.terminal.sources.entry import dumped, rank_of
from streams.terminal.sources.lines import LONG_AGO, Answer, Said

_BY_MIMMO = "mimmo"
"""The model of a result that is an answer of the command."""


@dataclass(slots=True)
class Known:
    """The current results among the lines of one torrent."""

    identifier: str
    torrent: Torrent | None = None
    result: Classification | None = None
    record: Extraction | None = None
    link: Link | None = None
    answer: Answer | None = None
    all: list[Said] = field(default_factory=list)

    @classmethod
    def of(cls, identifier: str, lines: Sequence[Said]) -> "Known":
        """Choose the current ones."""
        known = cls(identifier, all=list(lines))
        for said in lines:
            known._take(said)
        if known.link and known.record and known.link.extraction_id != known.record.result_id:
            known.link = None
        return known

    def _take(self, said: Said) -> None:
        if isinstance(said, Torrent):
            self._take_torrent(said)
        elif isinstance(said, Classification):
            self._take_torrent(said.torrent)
            if self.result is None or rank_of(said) >= rank_of(self.result):
                self.result = said
        elif isinstance(said, Extraction):
            if self.record is None or rank_of(said) >= rank_of(self.record):
                self.record = said
        elif isinstance(said, Link):
            if self.link is None or rank_of(said) >= rank_of(self.link):
                self.link = said
        elif self.answer is None or said.seen_at >= self.answer.seen_at:
            self.answer = said

    def _take_torrent(self, torrent: Torrent) -> None:
        if self.torrent is None or torrent.observed_at >= self.torrent.observed_at:
            self.torrent = torrent

    @property
    def row(self) -> Row:
        """The torrent as a search shows it."""
        return Row(**{**_UNKNOWN, **self._answered(), **self._classed(), **self._recorded()})

    def _classed(self) -> dict[str, Any]:
        """What events say of the torrent and its class."""
        told: dict[str, Any] = {"infohash": self.identifier}
        torrent = self.torrent
        if torrent is None:
            return told
        swarm = torrent.swarm
        told |= {
            "name": torrent.name,
            "size": torrent.size,
            "num_files": torrent.num_files,
            "seeders": swarm.seeders if swarm else None,
            "leechers": swarm.leechers if swarm else None,
            "swarm_seen_at": swarm.seen_at if swarm else None,
            "created_at": torrent.created_at,
            "observed_at": torrent.observed_at,
            "hints": dumped(torrent.hints) if torrent.hints else {},
        }
        if self.result is not None:
            verdict = self.result.verdict
            told |= {
                "medium": verdict.medium.value,
                "subcategory": verdict.subcategory.value,
                "nsfw": verdict.nsfw,
                "confidence": verdict.confidence,
                "classified_by": verdict.source.value,
                "rule": verdict.rule,
                "own_class": verdict.own_class,
                "own_confidence": verdict.own_confidence,
            }
        return told

    def _recorded(self) -> dict[str, Any]:
        """What events say of the work and its link."""
        told: dict[str, Any] = {}
        if self.record is not None:
            flat = uniform(self.record.metadata)
            told = {
                "title": flat.title,
                "creator": flat.creator,
                "year": flat.year,
                "extracted_by": self.record.method.value,
                "metadata": dumped(self.record.metadata),
                "technical": dumped(self.record.technical),
            }
        if self.link is not None:
            match = self.link.match
            told |= {
                "link": match.status.value,
                "artist_mbid": _uuid(match.artist_mbid),
                "linked_artist": match.artist,
                "release_group_mbid": _uuid(match.release_group_mbid),
                "linked_title": match.title,
                "score": match.score,
            }
        return told

    def _answered(self) -> dict[str, Any]:
        """What an answer of `mimmo` says."""
        answer = self.answer
        if answer is None:
            return {}
        metadata = answer.metadata
        title = answer.title or metadata.get("title")
        return {
            "name": answer.name or str(title or "without a name"),
            "medium": answer.medium.value,
            "subcategory": answer.subcategory.value,
            "nsfw": answer.nsfw,
            "confidence": answer.confidence,
            "classified_by": answer.source or _BY_MIMMO,
            "rule": answer.rule,
            "own_class": answer.own_class,
            "own_confidence": answer.own_confidence,
            "title": None if title is None else str(title),
            "creator": answer.creator or metadata.get("artist") or metadata.get("author"),
            "year": answer.year or metadata.get("year"),
            "metadata": metadata,
            "technical": answer.technical,
            "size": answer.size,
            "num_files": answer.files,
            "seeders": answer.seeders,
            "leechers": answer.leechers,
            "observed_at": answer.seen_at,
        }

    @property
    def detail(self) -> Detail:
        """All that the lines say."""
        torrent = self.torrent
        files = None
        if torrent is not None and torrent.files is not None:
            files = tuple(File(file.path, file.size) for file in torrent.files)
        current = [result for result in (self.result, self.record, self.link) if result]
        results = {result.stage.value: _event(result, is_current=True) for result in current}
        if self.answer is not None and not results:
            results = _of_answer(self.answer)
        of_events = [
            said for said in self.all if isinstance(said, Classification | Extraction | Link)
        ]
        of_events.sort(key=rank_of, reverse=True)
        history = tuple(_event(said, is_current=said in current) for said in of_events)
        return Detail(
            row=self.row,
            files=files,
            flags=tuple(flag.value for flag in torrent.flags) if torrent else (),
            source=torrent.provenance.source.value if torrent else "",
            origin=torrent.provenance.origin if torrent else _BY_MIMMO,
            dataset=torrent.provenance.dataset if torrent else None,
            results=results,
            history=history or tuple(results.values()),
        )


_UNKNOWN: Mapping[str, Any] = {
    "name": "without a name",
    "medium": "other",
    "subcategory": "other",
    "nsfw": False,
    "confidence": 0.0,
    "classified_by": "none",
    "metadata": {},
    "technical": {},
    "hints": {},
    "observed_at": LONG_AGO,
    **dict.fromkeys(
        (
            "rule",
            "title",
            "creator",
            "year",
            "extracted_by",
            "link",
            "artist_mbid",
            "linked_artist",
            "release_group_mbid",
            "linked_title",
            "score",
            "size",
            "num_files",
            "seeders",
            "leechers",
            "swarm_seen_at",
            "created_at",
        )
    ),
}
"""The columns of a torrent of which nothing is said."""


def _event(said: Classification | Extraction | Link, *, is_current: bool) -> StageResult:
    return StageResult(
        stage=said.stage.value,
        method=said.method.value,
        model=said.model,
        revision=said.revision,
        result_id=said.result_id,
        input_hash=said.input_hash,
        observed_at=said.observed_at,
        recorded_at=said.observed_at,
        reference_date=said.reference_date,
        is_current=is_current,
        result=_result(said),
    )


def _result(said: Classification | Extraction | Link) -> dict[str, Any]:
    if isinstance(said, Classification):
        return dumped(said.verdict)
    if isinstance(said, Link):
        return dumped(said.match)
    evidence = {name: dumped(place) for name, place in said.evidence.items()}
    return {
        "metadata": dumped(said.metadata),
        "technical": dumped(said.technical),
        "evidence": evidence,
    }


def _of_answer(answer: Answer) -> dict[str, StageResult]:
    """Stage -> what an answer of `mimmo` says of it; it names no revision."""

    def stage(name: str, result: dict[str, Any]) -> StageResult:
        return StageResult(
            stage=name,
            method="rules",
            model=_BY_MIMMO,
            revision=0,
            result_id="",
            input_hash="",
            observed_at=answer.seen_at,
            recorded_at=answer.seen_at,
            reference_date=None,
            is_current=True,
            result=result,
        )

    verdict = {"rule": answer.rule, "why": list(answer.why), "source": answer.source}
    return {
        "classify": stage("classify", verdict),
        "extract": stage(
            "extract",
            {
                "metadata": answer.metadata,
                "technical": answer.technical,
                "evidence": answer.evidence,
            },
        ),
    }


def _uuid(value: object) -> UUID | None:
    return None if value is None else UUID(str(value))
