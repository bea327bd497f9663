"""The cheap extractor: rules and the tagger over a name and its files, evidence for every field."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from models import registry
from models.extract.asking import is_asked
from models.extract.described import described_by_files
from models.extract.evidence.claims import proved
from models.extract.evidence.details import Detail, published
from models.extract.evidence.trust import Trust, trust
from models.extract.inner_file import filled, inner_subject
from models.extract.names.description import description
from models.extract.rules import listing
from models.extract.rules.numbering import numbering
from models.extract.rules.series import refined
from models.extract.rules.technical import containers, technical
from models.extract.rules.titles import fixed_places
from models.extract.rules.years import Dated, year
from models.extract.subject import Extracted, ExtractSubject, least_confidence
from models.extract.tagger.encode import Belief
from models.extract.witnesses import NameReading, Tags, settled_claims
from schemas import MEDIUM_OF, Medium, Method, Subcategory, Technical, metadata_for

if TYPE_CHECKING:
    from models.extract.tagger.run import Tagger

__all__ = ["ExtractSubject", "Extracted", "Extractor"]


class Extractor:
    """Rules, and the tagger where it is loaded; `Extractor.load()` makes one.

    Not safe for use from several threads at once.
    """

    def __init__(
        self,
        manifest: registry.Manifest,
        tagger: "Tagger | None" = None,
        believed: Trust | None = None,
    ) -> None:
        self._manifest = manifest
        self._tagger = tagger
        self._trust = believed or trust()

    @classmethod
    def load(
        cls, *, tagger: bool = True, threads: int = 1, believed: Trust | None = None
    ) -> "Extractor":
        """Load what ships.

        Args:
            tagger: False leaves the tagger out: rules alone, no ONNX Runtime needed.
            threads: threads of one run of the tagger.
            believed: whom to believe, if not what ships.

        Raises:
            MissingRuntime: the extra `onnx` is not installed.
            registry.WeightsError: the files are not those of the manifests.
        """
        manifest = registry.load("extract")
        if not tagger:
            return cls(manifest, believed=believed)
        from models.extract.tagger.run import Tagger

        return cls(manifest, Tagger.load(threads=threads), believed)

    @property
    def revision(self) -> int:
        """The revision of the rules, which results carry."""
        return self._manifest.revision

    @property
    def model(self) -> str:
        """`name@version`, as results carry it."""
        return self._manifest.label

    @property
    def gate(self) -> float:
        """The confidence under which a GGUF model is asked."""
        return self._trust.gate

    @property
    def method(self) -> Method:
        """How results are made: by rules alone, or with the tagger where it is asked."""
        return Method.RULES if self._tagger is None else Method.TAGGER

    def extract(self, subjects: Sequence[ExtractSubject]) -> list[Extracted]:
        """What is extracted, in order.

        The same name gives the same answer whatever else is in the batch.
        """
        answers = self._extract(subjects)
        unnamed = [
            index
            for index, answer in enumerate(answers)
            if answer.confidence == 0.0 and subjects[index].files
        ]
        inner = [inner_subject(subjects[index]) for index in unnamed]
        share = self._trust.from_a_file
        for index, file, answer in zip(unnamed, inner, self._extract(inner), strict=True):
            answers[index] = filled(
                subjects[index], answers[index], file.subcategory, answer, share
            )
        return answers

    def _extract(self, subjects: Sequence[ExtractSubject]) -> list[Extracted]:
        readings = [reading_of(subject) for subject in subjects]
        tags = self._tags(subjects, readings)
        return [
            self._settled(subject, reading, tags.get(index))
            for index, (subject, reading) in enumerate(zip(subjects, readings, strict=True))
        ]

    def _tags(
        self, subjects: Sequence[ExtractSubject], readings: Sequence[NameReading]
    ) -> dict[int, Tags]:
        """Where the tagger sees each role, by the place of the name, of those it is asked about."""
        if self._tagger is None:
            return {}
        asked = [index for index, reading in enumerate(readings) if is_asked(reading, self._trust)]
        if not asked:
            return {}
        names = [subjects[index].name for index in asked]
        beliefs = [
            Belief(subjects[index].subcategory, subjects[index].confidence) for index in asked
        ]
        return dict(zip(asked, self._tagger.tag(names, beliefs), strict=True))

    def _settled(
        self, subject: ExtractSubject, reading: NameReading, tags: Tags | None
    ) -> Extracted:
        """What the name says, and the lists of the files."""
        subcategory = reading.subcategory
        claims = settled_claims(reading, tags, self._trust)
        fields, proofs = proved(claims, subject.name, subject.files)
        if reading.described is not None:
            details = [*reading.described.details]
            details += described_by_files(subject.files or (), subcategory)
            more, their_proofs = published(details, self._detail_confidence)
            if reading.is_music:
                fields, more = more, fields
                proofs, their_proofs = their_proofs, proofs
            fields = more | fields
            proofs = their_proofs | proofs
        metadata = metadata_for(subcategory, fields | _lists(subject))
        known = type(metadata).model_fields
        proofs = {field: proof for field, proof in proofs.items() if field in known}
        return Extracted(
            metadata,
            _technical(subject, reading),
            proofs,
            least_confidence(subcategory, proofs),
            Method.RULES if tags is None else Method.TAGGER,
        )

    def _detail_confidence(self, detail: Detail) -> float:
        """How often a rule is right about a field, if that was counted."""
        counted = self._trust.in_rule(detail.rule, detail.field).precision
        return self._trust.described if counted is None else counted


def reading_of(subject: ExtractSubject) -> NameReading:
    """A name, its numbering and its year; a clear number may speak against the class."""
    is_video = MEDIUM_OF[subject.subcategory] is Medium.VIDEO
    place = numbering(subject.name) if is_video else None
    subcategory = refined(subject.subcategory, place)
    return NameReading(subject.name, subcategory, place, year_of_work(subject.name, subcategory))


def year_of_work(name: str, subcategory: Subcategory) -> Dated | None:
    """The year of the work; recordings name that of a reissue, too."""
    if MEDIUM_OF[subcategory] is not Medium.AUDIO:
        return year(name)
    from models.extract.rules.recordings.issues import recording_year

    return recording_year(name)


def _technical(subject: ExtractSubject, reading: NameReading) -> Technical:
    """What describes the release; of software and books their own rules say it."""
    described = reading.described
    if described is None or reading.is_music:
        read = technical(subject.name, subject.files, _description_start(reading))
        taped = described.source if described is not None else None
        return read.model_copy(update={"source": taped}) if taped else read
    return Technical(
        containers=containers(subject.name, subject.files),
        languages=described.languages,
        release_group=described.group,
        repack=described.is_repack,
    )


def _description_start(reading: NameReading) -> int | None:
    """Where the description begins, or the year or numbering if it stands before."""
    fixed = fixed_places(reading.place, reading.dated)
    described = description(reading.name, fixed)
    begins = [start for start, _ in fixed]
    if described is not None:
        begins.append(described)
    return min(begins, default=None)


def _lists(subject: ExtractSubject) -> dict[str, Any]:
    """Lists read off the files' paths.

    Each entry is a path of the input, so they need no further evidence.
    """
    if not subject.files:
        return {}
    match subject.subcategory:
        case Subcategory.ALBUM:
            tracks = listing.tracks(subject.files)
            return {"tracks": tracks, "track_count": len(tracks)} if tracks else {}
        case Subcategory.COLLECTION:
            return {"albums": listing.albums(subject.files)}
        case Subcategory.SEASON:
            return {"episodes": listing.episodes(subject.files)}
        case _:
            return {}
