"""The cheap extractor: rules and the tagger over a name and its files, evidence for every field."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from models import registry
from models.extract.asking import asked
from models.extract.clean_subject import CleanSubject
from models.extract.described import described_by_files
from models.extract.evidence.claims import proved
from models.extract.evidence.details import Detail, published
from models.extract.evidence.fitting import fitted, fitting_metadata
from models.extract.evidence.known_titles import KnownTitles
from models.extract.evidence.trust import Trust, trust
from models.extract.file_facts import with_file_facts
from models.extract.inner_file import filled, folder_subject, inner_subject, is_unnamed
from models.extract.names.words import EDGES
from models.extract.rules import listing
from models.extract.rules.file_numbers import agreed_numbers
from models.extract.rules.groups import release_group
from models.extract.rules.numbering import numbering
from models.extract.rules.series import refined
from models.extract.rules.technical import containers, technical
from models.extract.rules.years import Dated, year
from models.extract.subject import Extracted, ExtractSubject, least_confidence
from models.extract.tagger.decode import Tagged
from models.extract.tagger.encode import Belief
from models.extract.track_artist import with_artist_of_files
from models.extract.witnesses import NameReading, Tags, settled_claims
from schemas import MEDIUM_OF, Medium, Method, Subcategory, Technical, TorrentFile

__all__ = ["ExtractSubject", "Extracted", "Extractor"]


class TagsNames(Protocol):
    """What tells the roles of words: `models.extract.tagger.run.Tagger`."""

    def tag(
        self, names: Sequence[str], beliefs: Sequence[Belief | None]
    ) -> Sequence[Mapping[str, Tagged]]:
        """Role -> place for each name, in order; a role that is not there is left out."""


class Extractor:
    """Rules, and the tagger where it is loaded; `Extractor.load()` makes one.

    Not safe for use from several threads at once.
    """

    def __init__(
        self,
        manifest: registry.Manifest,
        tagger: TagsNames | None = None,
        believed: Trust | None = None,
        titles: KnownTitles | None = None,
    ) -> None:
        self._manifest = manifest
        self._tagger = tagger
        self._titles = titles
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

        loaded = Tagger.load(threads=threads)
        return cls(manifest, loaded, believed, KnownTitles(loaded.works))

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
        cleaned = [CleanSubject.of(subject) for subject in subjects]
        answers = self._extract_clean([clean.subject for clean in cleaned])
        return [clean.as_it_came(answer) for clean, answer in zip(cleaned, answers, strict=True)]

    def _extract_clean(self, subjects: Sequence[ExtractSubject]) -> list[Extracted]:
        """What is extracted from clean names, in order."""
        answers = self._extract(subjects)
        self._fill(subjects, answers, folder_subject, is_folder=True)
        for index, subject in enumerate(subjects):
            answers[index] = with_artist_of_files(subject, answers[index], self._trust)
        self._fill(subjects, answers, inner_subject, is_folder=False)
        return [
            with_file_facts(subject, answer, self._trust) if _has_videos(subject) else answer
            for subject, answer in zip(subjects, answers, strict=True)
        ]

    def _fill(
        self,
        subjects: Sequence[ExtractSubject],
        answers: list[Extracted],
        of_files: Callable[[ExtractSubject], ExtractSubject | None],
        *,
        is_folder: bool,
    ) -> None:
        """Fill the answers of names that lack something with what their files are called."""
        inner = {
            index: told
            for index, answer in enumerate(answers)
            if is_unnamed(subjects[index], answer)
            and (told := of_files(subjects[index])) is not None
        }
        share = self._trust.from_a_file
        for index, answer in zip(inner, self._extract(list(inner.values())), strict=True):
            answers[index] = filled(
                subjects[index], answers[index], answer, share, is_folder=is_folder
            )

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
        places = asked(readings, self._trust, self._titles)
        if not places:
            return {}
        names = [subjects[place].name for place in places]
        beliefs = [
            Belief(subjects[place].subcategory, subjects[place].confidence) for place in places
        ]
        return dict(zip(places, self._tagger.tag(names, beliefs), strict=True))

    def _settled(
        self, subject: ExtractSubject, reading: NameReading, tags: Tags | None
    ) -> Extracted:
        """What the name says, and the lists of the files."""
        subcategory = reading.subcategory
        claims = settled_claims(reading, tags, self._trust, self._titles)
        fields, proofs = proved(claims, subject.name, subject.files)
        if reading.described is not None:
            details = [*reading.described.details]
            details += described_by_files(subject.name, subject.files or (), subcategory)
            told, told_proofs = published(details, self._detail_confidence)
            if reading.is_music:  # what its own rules tell stands over what is claimed
                fields, proofs = fields | told, proofs | told_proofs
            else:
                fields, proofs = told | fields, told_proofs | proofs
        metadata, proofs = fitting_metadata(
            subcategory, fields | _lists(subcategory, subject.files), proofs
        )
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
    listed = agreed_numbers(subject.files) if is_video else None
    subcategory = refined(subject.subcategory, place, listed)
    dated = year_of_work(subject.name, subcategory)
    return NameReading(subject.name, subcategory, place, dated, listed)


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
        read = _technical_words(subject, reading)
        taped = described.source if described is not None else None
        return read.model_copy(update={"source": taped}) if taped else read
    return fitted(
        Technical.model_validate,
        {
            "containers": containers(subject.name, subject.files),
            "languages": described.languages,
            "release_group": described.group,
            "repack": described.is_repack,
        },
    )


def _technical_words(subject: ExtractSubject, reading: NameReading) -> Technical:
    """What describes the release; the number of an episode is no release group."""
    facts = technical(subject.name, subject.files, reading.description_start)
    place, name = reading.place, reading.name
    if facts.release_group is None or place is None:
        return facts
    begin = name.rfind(facts.release_group)
    if not any(start <= begin < end for start, end in place.spans):
        return facts
    rest = name[: place.start].rstrip(EDGES) + name[place.end :]
    return facts.model_copy(update={"release_group": release_group(rest)})


def _has_videos(subject: ExtractSubject) -> bool:
    return bool(subject.files) and MEDIUM_OF[subject.subcategory] is Medium.VIDEO


def _lists(subcategory: Subcategory, files: Sequence[TorrentFile] | None) -> dict[str, Any]:
    """Lists read off the files' paths.

    Each entry is a path of the input, so they need no further evidence.
    """
    if not files:
        return {}
    match subcategory:
        case Subcategory.ALBUM:
            tracks = listing.tracks(files)
            return {"tracks": tracks, "track_count": len(tracks)} if tracks else {}
        case Subcategory.COLLECTION:
            return {"albums": listing.albums(files)}
        case Subcategory.SEASON:
            return {"episodes": listing.episodes(files)}
        case _:
            return {}
