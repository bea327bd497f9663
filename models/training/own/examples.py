"""Examples of a class of one's own: a file of names, as the user wrote or gathered them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from models.classify.cli import BadLine, object_from, subject_of
from models.content.subject import NamedSubject
from models.training.experiment.errors import TrainingError
from models.training.held_out import family


class BadExamples(TrainingError):
    """A file of examples cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Example:
    """A torrent of which is known whether it is of a class."""

    subject: NamedSubject
    family: str
    """What it has in common with its near-copies: they are learnt from together, or not at all."""
    is_own: bool

    @property
    def name(self) -> str:
        """Its name."""
        return self.subject.name


def read(path: Path) -> list[Example]:
    """The examples of a file, in its order.

    A line is a name, or a JSON object with `name`, and perhaps `files` (`[{path, size?}]`), `own`
    (false: a name that is near the class and not of it) and `family` (what its near-copies share).

    Raises:
        BadExamples: the file cannot be read, or a line is no example.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise BadExamples(f"{path} cannot be read as UTF-8 text: {error}") from error
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                rows.append(_example(line))
            except BadLine as error:
                raise BadExamples(f"{path}, line {number}: {error}") from error
    return rows


def _example(line: str) -> Example:
    raw = object_from(line)
    subject = subject_of(raw)
    is_own, of = raw.get("own", True), raw.get("family")
    if not isinstance(is_own, bool):
        raise BadLine("`own` is not true or false")
    if of is not None and not isinstance(of, str):
        raise BadLine("`family` is no text")
    return Example(subject, of or family(subject.name), is_own)


def families(examples: Iterable[Example]) -> frozenset[str]:
    """The families of examples."""
    return frozenset(example.family for example in examples)
