"""What the brains read of the invented torrents, beside what is right."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from models.content.subject import NamedSubject
from models.evaluation.classify import Model
from models.evaluation.fields import plain
from models.evaluation.filesets.fileset import FileSet
from models.extract.extractor import Extracted, Extractor, ExtractSubject
from schemas import MEDIUM_OF, Medium, Verdict, uniform

MEDIUM = "medium"
SUBCATEGORY = "subcategory"
FIELDS = (
    "season",
    "episode",
    "episodes",
    "tracks",
    "artist",
    "album",
    "title",
    "year",
    "resolution",
    "group",
)
"""What may be judged beside medium and subcategory."""

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Judged:
    """One torrent with what was answered: field -> the answer, of the fields that are judged."""

    shape: str
    torrent: FileSet
    given: dict[str, Any]

    def wanted(self, field: str) -> Any:
        """What is right, as it is shown."""
        if field == MEDIUM:
            return [str(MEDIUM_OF[kind]) for kind in self.torrent.subcategory]
        if field == SUBCATEGORY:
            return [str(kind) for kind in self.torrent.subcategory]
        return self.torrent.expected[field]

    def is_right(self, field: str) -> bool:
        """Whether the answer is one of those that are right."""
        wanted = self.wanted(field)
        options = wanted if isinstance(wanted, list) else [wanted]
        given = _comparable(self.given.get(field))
        return any(given == _comparable(option) for option in options)


def judged(
    torrents: Iterator[tuple[str, FileSet]], classifier: Model, extractor: Extractor
) -> Iterator[Judged]:
    """Each torrent with the answers about it."""
    while batch := list(islice(torrents, _BATCH)):
        subjects = [_subject(torrent) for _, torrent in batch]
        verdicts = classifier.classify(subjects)
        extracted = _extracted(subjects, verdicts, extractor)
        for (shape, torrent), verdict, answer in zip(batch, verdicts, extracted, strict=True):
            yield Judged(shape, torrent, _given(torrent, verdict, answer))


def _subject(torrent: FileSet) -> NamedSubject:
    sizes = [file.size for file in torrent.files]
    size = None if None in sizes else sum(size or 0 for size in sizes)
    return NamedSubject(torrent.name, size, torrent.files)


def _extracted(
    subjects: Sequence[NamedSubject], verdicts: Sequence[Verdict], extractor: Extractor
) -> list[Extracted | None]:
    """What is extracted, None of what has no record."""
    asked = {
        place: ExtractSubject(subject.name, subject.files, verdict.subcategory, verdict.confidence)
        for place, (subject, verdict) in enumerate(zip(subjects, verdicts, strict=True))
        if verdict.medium is not Medium.OTHER
    }
    answers = dict(zip(asked, extractor.extract(list(asked.values())), strict=True))
    return [answers.get(place) for place in range(len(subjects))]


def _given(torrent: FileSet, verdict: Verdict, answer: Extracted | None) -> dict[str, Any]:
    given: dict[str, Any] = {MEDIUM: str(verdict.medium), SUBCATEGORY: str(verdict.subcategory)}
    if answer is not None:
        given |= {field: _READ[field](answer) for field in torrent.expected}
    return given


def _field(*names: str) -> Callable[[Extracted], Any]:
    """Reads the first of several fields that the class has."""

    def read(answer: Extracted) -> Any:
        values = (getattr(answer.metadata, name, None) for name in names)
        return next((value for value in values if value not in (None, ())), None)

    return read


def _range(
    first: Callable[[Extracted], Any], last: Callable[[Extracted], Any]
) -> Callable[[Extracted], Any]:
    """Reads the two ends of a range, or the one number that it has."""

    def read(answer: Extracted) -> Any:
        begins, ends = first(answer), last(answer)
        return begins if ends is None else (begins, ends)

    return read


def _artist(answer: Extracted) -> str | None:
    return uniform(answer.metadata).creator


def _title(answer: Extracted) -> str | None:
    return uniform(answer.metadata).title


def _episodes(answer: Extracted) -> Any:
    listed = getattr(answer.metadata, "episodes", ())
    return tuple((episode.season_number, episode.episode_number) for episode in listed)


def _tracks(answer: Extracted) -> Any:
    listed = getattr(answer.metadata, "tracks", ())
    return tuple((track.disc, track.num, track.name) for track in listed)


_READ: dict[str, Callable[[Extracted], Any]] = {
    "season": _range(_field("season_number", "first_season"), _field("last_season")),
    "episode": _range(
        _field("episode_number", "first_episode"), _field("last_episode_number", "last_episode")
    ),
    "episodes": _episodes,
    "tracks": _tracks,
    "artist": _artist,
    "album": _title,
    "title": _title,
    "year": _field("year"),
    "resolution": lambda answer: answer.technical.resolution,
    "group": lambda answer: answer.technical.release_group,
}
"""How the answer to a field is read off a record."""


def _comparable(value: Any) -> Any:
    """A value as it is compared: texts without case and punctuation."""
    if isinstance(value, str):
        return plain(value.replace("&", " and "))
    if isinstance(value, tuple):
        return tuple(_comparable(part) for part in value)
    return value
