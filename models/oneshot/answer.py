"""Everything that is said of one subject: its class and its record."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.classify.explanation import Explanation
from models.content.subject import Subject
from models.extract.subject import Extracted
from schemas import Evidence, Medium, Subcategory, Verdict, torznab
from schemas.metadata import Metadata, Technical


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of one subject.

    Attributes:
        subject: what was asked about.
        verdict: what the classifier says.
        record: what was extracted; None for images and what is unknown, which have no record.
        explanation: what every stage says, whoever decided; None if that was not asked.
    """

    subject: Subject
    verdict: Verdict
    record: Extracted | None = None
    explanation: Explanation | None = None

    @property
    def name(self) -> str:
        """The name that was read."""
        return self.subject.name

    @property
    def medium(self) -> Medium:
        """The top class."""
        return self.verdict.medium

    @property
    def subcategory(self) -> Subcategory:
        """The finer class: the record's, which a clear number in the name may have refined."""
        if self.record is None:
            return self.verdict.subcategory
        return Subcategory(self.record.metadata.subcategory)

    @property
    def confidence(self) -> float:
        """How sure the medium is, in [0, 1]."""
        return self.verdict.confidence

    @property
    def source(self) -> str:
        """The stage that decided the medium: extensions, patterns, bert or none."""
        return self.verdict.source.value

    @property
    def nsfw(self) -> bool:
        """Whether the work is adult."""
        return self.verdict.nsfw

    @property
    def torznab(self) -> int:
        """The Torznab category id."""
        return torznab(self.subcategory, nsfw=self.nsfw)

    @property
    def metadata(self) -> Metadata | None:
        """What the name says of the work; its type is that of the subcategory."""
        return self.record.metadata if self.record else None

    @property
    def technical(self) -> Technical:
        """What the release is made of."""
        return self.record.technical if self.record else Technical()

    @property
    def evidence(self) -> Mapping[str, Evidence]:
        """Field -> where it stands in the name or in a path, and how sure it is."""
        return self.record.evidence if self.record else {}

    @property
    def runner_up(self) -> tuple[Medium, float] | None:
        """The likeliest other medium by what was learnt, and its probability."""
        return self.explanation.runner_up if self.explanation else None

    @property
    def margin(self) -> float | None:
        """How much surer the medium is than the runner-up."""
        return None if self.runner_up is None else self.confidence - self.runner_up[1]
