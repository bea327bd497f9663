"""What the names of a torrent's video files agree on, where the torrent's own name does not say.

`Harbour Street` with the files `Harbour.Street.S01E01.1080p.WEB.x264-GRP.mkv` and so on is in
1080p: what nearly every file says belongs to the torrent.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from models.extract.evidence.fitting import fitting_metadata
from models.extract.evidence.trust import Trust
from models.extract.rules.episode_titles import RULE, episode_title
from models.extract.rules.file_numbers import video_paths
from models.extract.rules.numbering import numbering
from models.extract.rules.technical import technical
from models.extract.rules.years import Dated, year
from models.extract.subject import Extracted, ExtractSubject
from models.extract.witnesses import NameReading
from schemas import EpisodeMetadata, Evidence, Metadata, Subcategory, Technical, TorrentFile

_SAMPLED = 4
"""Files that are asked: the first, the last and those between them. More would say the same."""

_DISCS = {"BDMV": "BluRay", "VIDEO_TS": "DVD", "HVDVD_TS": "HD-DVD"}
"""Folder of a disc -> what it is."""
_MOST_FILES = 200
"""Files that are asked whether they lie on a disc."""

_KEPT = frozenset({"containers", "edition", "proper", "repack"})
"""Technical fields of which a file's name does not speak for the torrent."""


def with_file_facts(subject: ExtractSubject, answer: Extracted, trust: Trust) -> Extracted:
    """The answer with the year and the technical facts that the video files agree on.

    What the name says stays as it is.

    Args:
        subject: a torrent of videos that has files.
        answer: what its name says.
        trust: how far a file's name is believed.
    """
    paths = _sampled(video_paths(subject.files or ()))
    if not paths:
        return answer
    told = [_technical(path) for path in paths]
    if (disc := _source_of_disc(subject.files or ())) is not None:
        told = [Technical(source=disc)]
    facts = filled_technical(answer.technical, told)
    metadata, evidence = answer.metadata, answer.evidence
    dated = _agreed([year(path.stem) for path in paths])
    if dated is not None and metadata.year is None and "year" in type(metadata).model_fields:
        kind = Subcategory(metadata.subcategory)
        proofs = evidence | {"year": _proof(dated, str(paths[0]), trust)}
        dumped = metadata.model_dump()
        metadata, evidence = fitting_metadata(kind, dumped | {"year": dated.year}, proofs)
    if isinstance(metadata, EpisodeMetadata) and metadata.episode_title is None:
        metadata, evidence = _with_episode_title(metadata, dict(evidence), paths, trust)
    return Extracted(metadata, facts, evidence, answer.confidence, answer.method)


def _with_episode_title(
    metadata: EpisodeMetadata,
    proofs: dict[str, Evidence],
    paths: Sequence[PurePosixPath],
    trust: Trust,
) -> tuple[Metadata, dict[str, Evidence]]:
    """The episode with the title and the day that its one file says."""
    place = numbering(paths[0].stem) if len(paths) == 1 else None
    if place is not None and place.date is not None and metadata.air_date is None:
        confidence = round(trust.numbered * trust.from_a_file, 3)
        proofs["air_date"] = Evidence(
            source=f"rules:{place.rule}", confidence=confidence, path=str(paths[0])
        )
        metadata = metadata.model_copy(update={"air_date": place.date})
    title = episode_title(paths[0].stem, place) if place and place.episode is not None else None
    if title is None:
        return metadata, proofs
    precision = trust.in_rule(RULE, "episode_title").precision or trust.unmeasured
    confidence = round(precision * trust.from_a_file, 3)
    proof = Evidence(source=f"rules:{RULE}", confidence=confidence, path=str(paths[0]))
    fields = metadata.model_dump() | {"episode_title": title.text}
    return fitting_metadata(Subcategory.EPISODE, fields, proofs | {"episode_title": proof})


def _sampled(paths: Sequence[PurePosixPath]) -> list[PurePosixPath]:
    """A few of the files, from the first to the last."""
    if len(paths) <= _SAMPLED:
        return list(paths)
    step = (len(paths) - 1) / (_SAMPLED - 1)
    return [paths[round(index * step)] for index in range(_SAMPLED)]


def _source_of_disc(files: Sequence[TorrentFile]) -> str | None:
    """What the films of a disc are from, by its folders. Returns None if it is no disc."""
    for file in files[:_MOST_FILES]:
        for folder in file.path.upper().split("/")[:-1]:
            if folder in _DISCS:
                return _DISCS[folder]
    return None


def _technical(path: PurePosixPath) -> Technical:
    """What a file's name says, or its folder's where the name is a short one: `grp-title.207`."""
    facts = _technical_of(path.name)
    if facts.resolution or facts.source or not path.parent.name:
        return facts
    of_folder = _technical_of(path.parent.name)
    return of_folder if of_folder.resolution or of_folder.source else facts


def _technical_of(name: str) -> Technical:
    reading = NameReading(name, Subcategory.EPISODE, numbering(name), year(name))
    return technical(name, None, reading.description_start)


def filled_technical(said: Technical, of_files: Sequence[Technical]) -> Technical:
    """The technical facts of the name, and what all files say where it says nothing."""
    agreed: dict[str, Any] = {}
    for field in type(said).model_fields.keys() - _KEPT:
        if getattr(said, field):
            continue
        values = {getattr(facts, field) for facts in of_files}
        if len(values) == 1 and (value := values.pop()):
            agreed[field] = value
    return said.model_copy(update=agreed) if agreed else said


def _agreed(years: Sequence[Dated | None]) -> Dated | None:
    """The first of the years if all are the same. Returns None if they differ or one has none."""
    first = years[0]
    if first is None or any(dated is None or dated.year != first.year for dated in years):
        return None
    return first


def _proof(dated: Dated, path: str, trust: Trust) -> Evidence:
    precision = trust.in_rule(dated.rule, "year").precision or trust.unmeasured
    confidence = round(precision * trust.from_a_file, 3)
    return Evidence(source=f"rules:{dated.rule}", confidence=confidence, path=path)
