"""Lets two sides answer the same cases, and says which of their answers are right."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from models import loading
from models.active import Stage, Weights, chosen
from models.content.subject import NamedSubject, Subject
from models.evaluation import fields, linking, slices
from models.evaluation.cases import Case
from models.evaluation.classify import verdicts_of
from models.evaluation.extract import Brains, extract
from models.evaluation.fields import FieldCase
from models.evaluation.flat import FlatFields
from models.evaluation.linking import LinkCase, Linked
from models.extract.llm.complete import ALWAYS
from models.training.compare import cases
from models.training.compare.cases import Evaluation
from models.training.compare.comparison import Outcome
from models.training.held_out import family
from schemas import Verdict

MEDIUM = "medium"
SUBCATEGORY = "subcategory"
ADULT = "adult"
ADULT_TITLE = "title of adult names"
LINK = "link"
ARTIST = "artist"
GROUP = "release group"

MAIN = {
    Stage.CLASSIFY: MEDIUM,
    Stage.TAGGER: fields.WHOLE,
    Stage.MATCH: LINK,
    Stage.LLM: fields.WHOLE,
}
"""Stage -> the measure of its overall figure."""

_BATCH = 256

T = TypeVar("T")

Advance = Callable[[int, int], None]
"""Told how many answers are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The weights of both sides."""

    before: Weights
    after: Weights

    @property
    def stage(self) -> Stage:
        """What both are of."""
        return self.before.stage


def outcomes(pair: Pair, evaluation: Evaluation, advance: Advance) -> list[Outcome]:
    """What both sides are right about.

    Raises:
        cases.BadCases: there is no case, or a line is none.
        registry.WeightsError, MatchError, ImportError: a side cannot be loaded.
    """
    match pair.stage:
        case Stage.CLASSIFY:
            return _classes(pair, evaluation, advance)
        case Stage.MATCH:
            return _links(pair, evaluation, advance)
        case Stage.TAGGER | Stage.LLM:
            return _fields(pair, evaluation, advance)


def _batches(known: Sequence[T], advance: Advance, done: int, total: int) -> Iterator[Sequence[T]]:
    for first in range(0, len(known), _BATCH):
        yield known[first : first + _BATCH]
        advance(done + min(first + _BATCH, len(known)), total)


def _classes(pair: Pair, evaluation: Evaluation, advance: Advance) -> list[Outcome]:
    known = cases.names(evaluation)
    answers: list[list[Verdict]] = []
    for number, weights in enumerate((pair.before, pair.after)):
        classifier = loading.classifier(weights)
        verdicts: list[Verdict] = []
        for part in _batches(known, advance, number * len(known), 2 * len(known)):
            verdicts += verdicts_of([row.case.subject for row in part], classifier)
        answers.append(verdicts)
    return [
        Outcome(
            family(case.subject.name),
            [*_class_slices(case), ("file", file)],
            _class_measures(case, before),
            _class_measures(case, after),
            source,
        )
        for (file, case, source), before, after in zip(known, *answers, strict=True)
    ]


def _class_measures(case: Case, verdict: Verdict) -> dict[str, bool]:
    is_right = verdict.medium in case.medium
    return {
        MEDIUM: is_right,
        SUBCATEGORY: is_right and verdict.subcategory in case.subcategory,
        **({ADULT: verdict.nsfw in case.nsfw} if case.nsfw else {}),
    }


def _class_slices(case: Case) -> Iterator[tuple[str, str]]:
    yield "medium", str(case.medium[0])
    yield "subcategory", str(case.subcategory[0])
    if case.nsfw:
        yield "adult", "yes" if case.nsfw[0] else "no"
    yield "script", case.script
    yield "reader", "sure" if case.sure else "unsure"


class _Told:
    """A classifier whose verdicts are known."""

    def __init__(self, verdicts: Mapping[str, Verdict]) -> None:
        self._verdicts = verdicts

    def classify(self, subjects: Sequence[Subject]) -> list[Verdict]:
        return [self._verdicts[subject.name] for subject in subjects]


def _fields(pair: Pair, evaluation: Evaluation, advance: Advance) -> list[Outcome]:
    known = cases.with_fields(evaluation)
    names = list(dict.fromkeys(row.case.name for row in known))
    classifier = loading.classifier(chosen(Stage.CLASSIFY, evaluation.weights_dir))
    total = 3 * len(names)
    verdicts: dict[str, Verdict] = {}
    for part in _batches(names, advance, 0, total):
        told = verdicts_of([NamedSubject(name) for name in part], classifier)
        verdicts |= dict(zip(part, told, strict=True))
    answers: list[dict[str, FlatFields]] = []
    for number, weights in enumerate((pair.before, pair.after), 1):
        brains = _brains(weights, _Told(verdicts), evaluation)
        given: dict[str, FlatFields] = {}
        for part in _batches(names, advance, number * len(names), total):
            given |= dict(zip(part, extract(part, brains).given, strict=True))
        answers.append(given)
    return [
        Outcome(
            family(case.name),
            [*_field_slices(case), ("file", file)],
            _field_measures(case, answers[0][case.name]),
            _field_measures(case, answers[1][case.name]),
            source,
        )
        for file, case, source in known
    ]


def _brains(weights: Weights, told: _Told, evaluation: Evaluation) -> Brains:
    """What extracts: a GGUF model is asked about every record of the active rules and tagger."""
    if weights.stage is Stage.TAGGER:
        return Brains(told, loading.extractor(weights))
    extractor = loading.extractor(chosen(Stage.TAGGER, evaluation.weights_dir))
    return Brains(told, extractor, llm=loading.llm(weights), below=ALWAYS)


def _field_measures(case: FieldCase, given: FlatFields) -> dict[str, bool]:
    """Which fields are right. Adult names have no settled titles and stand apart."""
    is_right = fields.right(case, given)
    return {ADULT_TITLE: is_right["title"]} if case.adult else is_right


def _field_slices(case: FieldCase) -> Iterator[tuple[str, str]]:
    yield "medium", "adult" if case.adult else case.medium
    yield "subcategory", case.subcategory
    yield "script", slices.script(case.name)


def _links(pair: Pair, evaluation: Evaluation, advance: Advance) -> list[Outcome]:
    known = cases.links(evaluation)
    answers: list[list[Linked]] = []
    for number, weights in enumerate((pair.before, pair.after)):
        matcher = loading.matcher(weights, evaluation.index)
        linked: list[Linked] = []
        for part in _batches(known, advance, number * len(known), 2 * len(known)):
            linked += linking.evaluate([row.case for row in part], matcher)
        answers.append(linked)
    return [
        Outcome(
            family(f"{case.query.artist} {case.query.title or ''}"),
            [("script", before.script), ("spelling", before.spelling), ("file", file)],
            _link_measures(case, before),
            _link_measures(case, after),
            source,
        )
        for (file, case, source), before, after in zip(known, *answers, strict=True)
    ]


def _link_measures(case: LinkCase, answer: Linked) -> dict[str, bool]:
    """Whether the right ids are asserted, and none where none is right."""
    is_artist_right = answer.is_artist_right or (
        answer.artist_id is None and not answer.truth.artists
    )
    is_group_right = answer.is_group_right or (
        answer.group_id is None and answer.truth.group is None
    )
    measures = {}
    if case.is_artist_labelled:
        measures[ARTIST] = is_artist_right
    if case.is_group_labelled:
        measures[GROUP] = is_group_right
    return {LINK: all(measures.values()), **measures}
