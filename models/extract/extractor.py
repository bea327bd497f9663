"""The cheap extractor: rules over a name and its files, evidence for every field."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from models import registry
from models.extract import listing, titles
from models.extract.guard import evidence
from models.extract.numbering import Numbering, numbering
from models.extract.technical import technical
from schemas import Evidence, Medium, Metadata, Subcategory, Technical, TorrentFile, metadata_for, title_and_creator_fields
from schemas.media import MEDIUM_OF

_LISTED = 0.95
"""Confidence of numbers read from a name by a numbering rule; 97 to 99 % are right on labelled names."""


@dataclass(frozen=True, slots=True)
class ExtractSubject:
    """What extraction reads of a torrent."""

    name: str
    files: Sequence[TorrentFile] | None
    subcategory: Subcategory


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. `confidence` is the least among the fields that the subcategory needs, 0 where one is missing."""

    metadata: Metadata
    technical: Technical
    evidence: dict[str, Evidence] = field(default_factory=dict)
    confidence: float = 0.0


def needed_fields(subcategory: Subcategory) -> tuple[str, ...]:
    """The fields without which a record of this subcategory says little: title and, for audio, creator."""
    title, creator = title_and_creator_fields(subcategory)
    if subcategory is Subcategory.COLLECTION and creator:
        return (creator,)
    return (title, creator) if creator else (title,)


class Extractor:
    """Rules only; `Extractor.load()` makes one."""

    def __init__(self, manifest: registry.Manifest) -> None:
        self._manifest = manifest

    @classmethod
    def load(cls) -> "Extractor":
        return cls(registry.load("extract"))

    @property
    def revision(self) -> int:
        return self._manifest.revision

    @property
    def model(self) -> str:
        return self._manifest.label

    def extract(self, subjects: Sequence[ExtractSubject]) -> list[Found]:
        """What the rules find, in order. Subjects must be audio or video."""
        return [_extract(subject) for subject in subjects]


def _extract(subject: ExtractSubject) -> Found:
    subcategory = subject.subcategory
    title, creator = title_and_creator_fields(subcategory)
    place = numbering(subject.name) if MEDIUM_OF[subcategory] is Medium.VIDEO else None
    claims: dict[str, titles.Claim] = {}
    if subcategory is Subcategory.MUSIC_VIDEO or MEDIUM_OF[subcategory] is Medium.AUDIO:
        roles = titles.audio_claims(subject.name, subcategory)
        claims |= {name: roles[role] for role, name in (("title", title), ("creator", creator)) if name and role in roles}
    elif (claim := titles.video_title(subject.name, place)) is not None:
        claims[title] = claim
    if (dated := titles.year(subject.name)) is not None:
        claims["year"] = dated[0]
    fields: dict[str, Any] = {}
    proofs: dict[str, Evidence] = {}
    for name, claim in claims.items():
        text = str(claim.value)[:512]
        proof = evidence(text, subject.name, subject.files, source=f"rules:{claim.rule}", confidence=claim.confidence)
        if proof is not None:
            value = claim.value if isinstance(claim.value, int) else text
            fields[name] = (value,) if name == "artists" else value
            proofs[name] = proof
    numbers = _numbers(subcategory, place)
    for name, value in numbers.items():
        assert place is not None
        fields[name] = value
        proofs[name] = Evidence(source=f"rules:{place.rule}", confidence=_LISTED, span=(place.start, place.end))
    fields |= _lists(subject)
    least = min((proofs[name].confidence if name in proofs else 0.0 for name in needed_fields(subcategory)), default=0.0)
    return Found(metadata_for(subcategory, fields), technical(subject.name, subject.files), proofs, least)


def _numbers(subcategory: Subcategory, place: Numbering | None) -> dict[str, Any]:
    if place is None:
        return {}
    match subcategory:
        case Subcategory.EPISODE:
            found = {
                "season_number": place.season,
                "episode_number": place.episode,
                "last_episode_number": place.last_episode,
                "air_date": place.date,
            }
        case Subcategory.SEASON:
            found = {"season_number": place.season}
        case Subcategory.SERIES:
            found = {"first_season": place.season, "last_season": place.last_season}
        case _:
            found = {}
    return {name: value for name, value in found.items() if value is not None}


def _lists(subject: ExtractSubject) -> dict[str, Any]:
    """Lists read off the file paths; each entry is a path of the input, so they need no further evidence."""
    if not subject.files:
        return {}
    match subject.subcategory:
        case Subcategory.ALBUM:
            found = listing.tracks(subject.files)
            return {"tracks": found, "track_count": len(found)} if found else {}
        case Subcategory.COLLECTION:
            return {"albums": listing.albums(subject.files)}
        case Subcategory.SEASON:
            return {"episodes": listing.episodes(subject.files)}
        case _:
            return {}
