"""What rules and a tagger that has not seen a name say about it, and which of them is right."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from models import registry
from models.evaluation import slices
from models.extract.asking import asked
from models.extract.evidence.claims import Claim
from models.extract.evidence.guard import alike
from models.extract.evidence.known_titles import KnownTitles
from models.extract.evidence.trust import Trust
from models.extract.extractor import ExtractSubject, reading_of
from models.extract.rules.recordings import compilation
from models.extract.tagger.decode import Tagged
from models.extract.tagger.run import MODEL, calibrated
from models.extract.witnesses import (
    NameReading,
    fields_of,
    knows_creator,
    settled_claims,
    spoken,
)
from models.text.known_names import KnownNames
from models.training.held_out import family
from models.training.tagger import calibrate
from models.training.tagger.answers import Answer
from models.training.tagger.data import Example
from schemas import MEDIUM_OF, Medium

ROLES = ("creator", "title", "year")
"""Roles that readers labelled; an episode's title is only known by the rule itself."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What one witness says: by which rule, how surely, and whether it is right."""

    rule: str
    confidence: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is said about one role of one name.

    `published` is what is settled between rule and tagger; `agree` is whether they say the same.
    `is_proved` is whether a rule has proof of a creator that the tagger does not see, `is_voted`
    whether the catalogue has settled it. `weight` is the label's, shared by the names of a family.
    """

    example: Example
    role: str
    fold: int
    weight: float
    script: str
    ruled: Voice | None
    tagged: Voice | None
    agree: bool
    is_proved: bool
    is_voted: bool
    published: Voice | None

    @property
    def is_labelled(self) -> bool:
        """Whether the name says the role."""
        return self.role in self.example.spans

    def right(self, voice: Voice | None) -> bool:
        """Whether a witness alone is right, silence counted."""
        return voice.is_right if voice is not None else not self.is_labelled

    @property
    def is_dispute(self) -> bool:
        """Whether rule and tagger contradict each other, and it is a figure that settles it."""
        both = self.ruled is not None and self.tagged is not None
        return both and not self.agree and not self.is_voted


def crossed(rows: Sequence[Example], answers: Sequence[Answer]) -> list[dict[str, Tagged]]:
    """What the taggers say of each row, each fold calibrated on the answers of the others.

    Args:
        rows: the names that were read, in the order of the answers.
        answers: one of each row.
    """
    curves = {}
    for fold in {answer.fold for answer in answers}:
        others = [place for place, answer in enumerate(answers) if answer.fold != fold]
        curves[fold] = calibrate.curves(
            [rows[place] for place in others], [answers[place].tags for place in others]
        )
    return [calibrated(answer.tags, curves[answer.fold]) for answer in answers]


def hearings(rows: Sequence[Example], answers: Sequence[Answer], trust: Trust) -> list[Hearing]:
    """What is said about each role of each name that has an answer and a class with a record.

    The class is the label's, so that the classifier's errors are not counted here.

    Args:
        rows: the names that were read.
        answers: of some or all of them.
        trust: whom to believe where they differ.
    """
    of_name = {row.name: row for row in rows if MEDIUM_OF[row.subcategory] is not Medium.OTHER}
    answers = [answer for answer in answers if answer.name in of_name]
    asked = [of_name[answer.name] for answer in answers]
    sizes = Counter(family(row.name) for row in asked)
    heard = []
    for row, answer, tags in zip(asked, answers, crossed(asked, answers), strict=True):
        weight = row.weight / sizes[family(row.name)]
        heard += _of_name(row, answer.fold, weight, tags, trust)
    return heard


def unasked(rows: Sequence[Example], answers: Sequence[Answer]) -> list[Answer]:
    """Answers without a word for the names that no tagger was asked about: rules speak there."""
    asked = {answer.name for answer in answers}
    return [Answer(row.name, 0, {}) for row in rows if row.name not in asked]


def _of_name(
    row: Example, fold: int, weight: float, tags: Mapping[str, Tagged], trust: Trust
) -> list[Hearing]:
    place = reading_of(ExtractSubject(row.name, None, row.subcategory))
    # A number may speak against the class; here the class is known.
    reading = NameReading(row.name, row.subcategory, place.place, place.dated)
    said = spoken(reading, tags, trust)
    titles = known_titles()
    is_told = bool(asked([reading], trust, titles))
    published = settled_claims(reading, tags if is_told else None, trust, titles)
    is_proved = knows_creator(reading, said.ruled)
    is_video = reading.has_video_title
    unvoted = titles.voted(said.ruled, said.tagged) if is_video else said.ruled
    heard = []
    for role, field in fields_of(row.subcategory).items():
        if role not in ROLES or field is None:
            continue
        ruled, tagged = said.ruled.get(role), said.tagged.get(role)
        heard.append(
            Hearing(
                example=row,
                role=role,
                fold=fold,
                weight=weight,
                script=slices.script(row.name),
                ruled=_voice(row, role, ruled),
                tagged=_voice(row, role, tagged),
                agree=ruled is not None and tagged is not None and alike(ruled.value, tagged.value),
                is_proved=is_proved,
                is_voted=ruled is not None and role not in unvoted,
                published=_voice(row, role, published.get(field)),
            )
        )
    return heard


@cache
def known_titles() -> KnownTitles:
    """The titles that the shipped catalogue knows."""
    path = registry.file_path(registry.load(MODEL), "catalogue")
    return KnownTitles(KnownNames.load(path))


def _voice(row: Example, role: str, claim: Claim | None) -> Voice | None:
    if claim is None:
        return None
    return Voice(claim.rule, claim.confidence, _is_right(row, role, claim))


def _is_right(row: Example, role: str, claim: Claim) -> bool:
    span = row.spans.get(role)
    if span is None:
        return False
    label = row.name[span[0] : span[1]]
    return alike(claim.value, label) or (
        # What is published writes out the `VA` of the label.
        claim.value == compilation.VARIOUS_ARTISTS and compilation.is_various(label)
    )
