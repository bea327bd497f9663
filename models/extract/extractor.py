"""The cheap extractor: rules and the tagger over a name and its files, evidence for every field."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from models import registry
from models.extract.evidence.claims import Claim, rule_claim, settle
from models.extract.evidence.guard import evidence
from models.extract.names.scan import description
from models.extract.rules import audio, listing, titles, years
from models.extract.rules.episode_titles import episode_title
from models.extract.rules.numbering import Numbering, numbering
from models.extract.rules.technical import technical
from models.extract.tagger.claims import tag_claims
from models.extract.tagger.encode import Belief
from schemas import (
    MEDIUM_OF,
    Evidence,
    Medium,
    Metadata,
    Method,
    Subcategory,
    Technical,
    TorrentFile,
    metadata_for,
    title_and_creator_fields,
)

if TYPE_CHECKING:
    from models.extract.tagger.run import Tagged, Tagger

NUMBERED = 0.98
"""Confidence of numbers read by a numbering rule: 98 to 99 % are right on labelled names (`evaluate
extract`).
"""

GATE = 0.5
"""The gate where the manifest has none."""

FROM_A_FILE = 0.7
"""What is left of a confidence when the name said nothing and a file's name did."""

_TEXT = 512
_VIDEO_NUMBERED = frozenset(
    {Subcategory.MOVIE, Subcategory.VIDEO_OTHER, Subcategory.SERIES, Subcategory.SEASON}
)
_CLEAR = frozenset(
    {
        "sxxexx",
        "season-episode",
        "nxnn",
        "第季第集",
        "sxx - nn",
        "season - nn",
        "cap",
        "exx",
        "absolute",
        "nn-episode",
        "fansub-range",
        "第集",
        "folder",
        "broadcast-double",
    }
)
"""Rules that no film's name meets by chance."""
_SEASON = frozenset({"第季", "nth-season"})
"""Rules by which a clip is a season, too."""
_DOUBLE = 2
"""Episodes beside the first in a file of a double or triple episode; more are a season pack."""


@dataclass(frozen=True, slots=True)
class ExtractSubject:
    """What extraction reads of a torrent: `confidence` is the classifier's in the subcategory."""

    name: str
    files: Sequence[TorrentFile] | None
    subcategory: Subcategory
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. `confidence` is the least among the fields that the subcategory needs, 0
    where one is missing.
    """

    metadata: Metadata
    technical: Technical
    evidence: dict[str, Evidence] = field(default_factory=dict)
    confidence: float = 0.0


def needed_fields(subcategory: Subcategory) -> tuple[str, ...]:
    """The fields without which a record of this subcategory says little: title and, for audio,
    creator.
    """
    title, creator = title_and_creator_fields(subcategory)
    if subcategory is Subcategory.COLLECTION and creator:
        return (creator,)
    return (title, creator) if creator else (title,)


def least_confidence(subcategory: Subcategory, proofs: dict[str, Evidence]) -> float:
    """The confidence of a record: the least among its needed fields, 0 where one is missing."""
    return min(
        (proofs[name].confidence if name in proofs else 0.0 for name in needed_fields(subcategory)),
        default=0.0,
    )


class Extractor:
    """Rules, and the tagger where it is loaded; `Extractor.load()` makes one. Not safe for use from
    several threads at once.
    """

    def __init__(self, manifest: registry.Manifest, tagger: "Tagger | None" = None) -> None:
        self._manifest = manifest
        self._tagger = tagger

    @classmethod
    def load(cls, *, tagger: bool = True, threads: int = 1) -> "Extractor":
        """Load what ships.

        Args:
            tagger: False leaves the tagger out: rules alone, no ONNX Runtime needed.
            threads: threads of one run of the tagger.

        Raises:
            MissingRuntime: the extra `onnx` is not installed.
            registry.WeightsError: the files are not those of the manifests.
        """
        manifest = registry.load("extract")
        if not tagger:
            return cls(manifest)
        from models.extract.tagger.run import Tagger

        return cls(manifest, Tagger.load(threads=threads))

    @property
    def revision(self) -> int:
        return self._manifest.revision

    @property
    def model(self) -> str:
        return self._manifest.label

    @property
    def gate(self) -> float:
        """The confidence under which a GGUF model is asked."""
        return self._manifest.calibration.get("gate", GATE)

    @property
    def method(self) -> Method:
        return Method.RULES if self._tagger is None else Method.TAGGER

    def extract(self, subjects: Sequence[ExtractSubject]) -> list[Found]:
        """What is found, in order. The same name gives the same answer whatever else is in the
        batch.
        """
        found = self._extract(subjects)
        if weak := [
            index
            for index, one in enumerate(found)
            if one.confidence == 0.0 and subjects[index].files
        ]:
            inner = [_inner(subjects[index]) for index in weak]
            for index, subject, more in zip(weak, inner, self._extract(inner), strict=True):
                found[index] = _filled(subjects[index], found[index], subject, more)
        return found

    def _extract(self, subjects: Sequence[ExtractSubject]) -> list[Found]:
        tagged: Sequence[dict[str, Tagged]] = [{}] * len(subjects)
        if self._tagger is not None and subjects:
            beliefs = [Belief(subject.subcategory, subject.confidence) for subject in subjects]
            tagged = self._tagger.tag([subject.name for subject in subjects], beliefs)
        return [self._one(subject, tags) for subject, tags in zip(subjects, tagged, strict=True)]

    def _one(self, subject: ExtractSubject, tags: "dict[str, Tagged]") -> Found:
        place = numbering(subject.name) if MEDIUM_OF[subject.subcategory] is Medium.VIDEO else None
        subcategory = _refined(subject.subcategory, place)
        dated = years.year(subject.name)
        claims = self._claims(subject.name, subcategory, place, dated, tags)
        fields, proofs = _proved(claims, subject)
        fields |= _lists(subject)
        metadata = metadata_for(subcategory, fields)
        proofs = {
            name: proof for name, proof in proofs.items() if name in type(metadata).model_fields
        }
        fixed = titles.fixed_places(place, dated)
        begins = [description(subject.name, fixed), *(at for at, _ in fixed)]
        start = min((at for at in begins if at is not None), default=None)
        return Found(
            metadata,
            technical(subject.name, subject.files, start),
            proofs,
            least_confidence(subcategory, proofs),
        )

    def _claims(
        self,
        name: str,
        subcategory: Subcategory,
        place: Numbering | None,
        dated: tuple[int, int, str] | None,
        tags: "dict[str, Tagged]",
    ) -> dict[str, Claim]:
        """Field -> claim, of all that rules and tagger say."""
        calibration = self._manifest.calibration
        title, creator = title_and_creator_fields(subcategory)
        rules: dict[str, Claim] = {}
        if MEDIUM_OF[subcategory] is Medium.AUDIO or subcategory is Subcategory.MUSIC_VIDEO:
            if (split := audio.split(name, subcategory)) is not None:
                for role, value in (("creator", split[1]), ("title", split[2])):
                    if value:
                        rules[role] = rule_claim(value, split[0], role, calibration)
                if split[0] == audio.SOUNDTRACK and split[1] is None:
                    tags = {
                        role: tag for role, tag in tags.items() if role != "creator"
                    }  # what stands before is the film
        elif (
            MEDIUM_OF[subcategory] is Medium.VIDEO
            and (cut := titles.video_title(name, place)) is not None
        ):
            rules["title"] = rule_claim(cut.text, cut.rule, "title", calibration)
        if dated is not None:
            rules["year"] = rule_claim(dated[0], dated[2], "year", calibration)
        aired = place is not None and (place.episode is not None or place.date is not None)
        if place is not None and aired and (named := episode_title(name, place)) is not None:
            rules["episode_title"] = rule_claim(
                named[0], "after-numbering", "episode_title", calibration
            )
        fields = {
            "title": title,
            "creator": creator,
            "year": "year",
            "album": "album",
            "episode_title": "episode_title",
        }
        tagged = tag_claims(name, tags, dated)
        known = (
            tagged.get("creator")
            if MEDIUM_OF[subcategory] is Medium.BOOK and "title" not in tagged
            else None
        )
        if known is not None and (left := audio.other_part(name, str(known.value))) is not None:
            rules["title"] = rule_claim(left, "beside-author", "title", calibration)
        claims: dict[str, Claim] = {}
        if self._tagger is not None and "creator" not in tags:
            # Of creators that a rule sees and the tagger does not, one in ten is right.
            rules.pop("creator", None)
        for role, target in fields.items():
            settled = settle(role, rules.get(role), tagged.get(role), calibration)
            if target is not None and settled is not None:
                claims[target] = settled
        if place is not None:
            source, span = f"rules:{place.rule}", (place.start, place.end)
            claims |= {
                key: Claim(value, source, NUMBERED, span)
                for key, value in _numbers(subcategory, place).items()
            }
        if subcategory is Subcategory.COLLECTION and (covered := years.span(name)) is not None:
            first, last, start, end = covered
            for key, bound in (("first_year", first), ("last_year", last)):
                claims[key] = Claim(bound, "rules:year-span", NUMBERED, (start, end))
            claims.pop("year", None)
        return claims


def _proved(
    claims: dict[str, Claim], subject: ExtractSubject
) -> tuple[dict[str, Any], dict[str, Evidence]]:
    """The fields whose claims are found in the input, and where."""
    fields: dict[str, Any] = {}
    proofs: dict[str, Evidence] = {}
    for name, claim in claims.items():
        if claim.span is not None:
            fields[name] = claim.value
            proofs[name] = Evidence(
                source=claim.source[:64], confidence=claim.confidence, span=claim.span
            )
            continue
        text = str(claim.value)[:_TEXT]
        proof = evidence(
            text,
            subject.name,
            subject.files,
            source=claim.source[:64],
            confidence=round(claim.confidence, 3),
        )
        if proof is not None:
            value = claim.value if isinstance(claim.value, int) else text
            fields[name] = (value,) if name == "artists" else value
            proofs[name] = proof
    return fields, proofs


def _refined(subcategory: Subcategory, place: Numbering | None) -> Subcategory:
    """What a clear number says against the class: a film with S01E02 is an episode, one with
    E01-E12 a season.
    """
    if place is None or subcategory not in _VIDEO_NUMBERED:
        return subcategory
    rules = set(place.rule.split("+"))
    if place.episode is not None and rules & _CLEAR:
        several = place.last_episode is not None and place.last_episode > place.episode + _DOUBLE
        return (
            subcategory
            if subcategory is Subcategory.SEASON
            else Subcategory.SEASON
            if several
            else Subcategory.EPISODE
        )
    if place.episode is None and place.season is None and place.date is not None:
        return (
            Subcategory.EPISODE
            if subcategory in (Subcategory.SEASON, Subcategory.SERIES)
            else subcategory
        )
    if (
        place.episode is None
        and place.season is not None
        and (subcategory is not Subcategory.VIDEO_OTHER or rules & _SEASON)
    ):
        return Subcategory.SERIES if place.last_season is not None else Subcategory.SEASON
    return subcategory


def _numbers(subcategory: Subcategory, place: Numbering) -> dict[str, Any]:
    match subcategory:
        case Subcategory.EPISODE:
            found = {
                "season_number": place.season,
                "episode_number": place.episode,
                "last_episode_number": place.last_episode,
                "air_date": place.date,
            }
        case Subcategory.SEASON:
            found = {
                "season_number": place.season,
                "first_episode": place.episode,
                "last_episode": place.last_episode,
            }
        case Subcategory.SERIES:
            found = {"first_season": place.season, "last_season": place.last_season}
        case Subcategory.VIDEO_OTHER:
            found = {"air_date": place.date}
        case _:
            found = {}
    return {name: value for name, value in found.items() if value is not None}


def _lists(subject: ExtractSubject) -> dict[str, Any]:
    """Lists read off the file paths; each entry is a path of the input, so they need no further
    evidence.
    """
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


def _inner(subject: ExtractSubject) -> ExtractSubject:
    """The largest media file's name as a subject of its own; a track's, where the torrent is an
    album.
    """
    kinds = listing.AUDIO | listing.VIDEO
    media = [
        file for file in subject.files or () if PurePosixPath(file.path).suffix[1:].lower() in kinds
    ]
    largest = max(media or subject.files or (), key=lambda file: (file.size or 0, file.path))
    kind = Subcategory.TRACK if subject.subcategory is Subcategory.ALBUM else subject.subcategory
    return replace(
        subject, name=PurePosixPath(largest.path).name or largest.path, subcategory=kind, files=None
    )


def _filled(subject: ExtractSubject, found: Found, inner: ExtractSubject, more: Found) -> Found:
    """What the name left open, filled with what a file's name says."""
    fields, proofs = found.metadata.model_dump(), dict(found.evidence)
    given = more.metadata.model_dump()
    title, creator = title_and_creator_fields(subject.subcategory)
    own_title, own_creator = title_and_creator_fields(inner.subcategory)
    pairs = [
        (creator, own_creator),
        ("year", "year"),
        (
            title,
            "album"
            if inner.subcategory is Subcategory.TRACK and subject.subcategory is Subcategory.ALBUM
            else own_title,
        ),
    ]
    for target, source in pairs:
        if target is None or source is None or target in proofs or source not in more.evidence:
            continue
        value = given[source]
        text = str(value[0] if isinstance(value, tuple) else value)
        confidence = round(more.evidence[source].confidence * FROM_A_FILE, 3)
        proof = evidence(
            text,
            subject.name,
            subject.files,
            source=more.evidence[source].source,
            confidence=confidence,
        )
        if proof is not None:
            fields[target], proofs[target] = value, proof
    kind = Subcategory(found.metadata.subcategory)
    return Found(
        metadata_for(kind, fields), found.technical, proofs, least_confidence(kind, proofs)
    )
