"""Labelled names: their class and their fields."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.evaluation import cases as labelled
from models.evaluation import fields, slices
from models.evaluation.cases import Case
from models.evaluation.classify import verdicts_of
from models.evaluation.fields import FIELDS as FIELD_NAMES
from models.evaluation.fields import FieldCase
from models.evaluation.flat import FlatFields
from models.evaluation.whole import mistakes
from models.evaluation.whole.answers import Answer, Kin, Mistake, Ratio, Section, kin_of, plain
from models.evaluation.whole.measuring import Measuring
from models.extract.extractor import Extracted
from models.training.classifier.data import HELD_OUT, near_copy, place
from models.training.held_out import family
from models.training.row_files import FIELDS, GOLD, NAMES
from schemas import Medium, Verdict

MEDIUM = "medium"
FALSE_FLAGS = "clean names called adult"

_SHOWN_FIELDS = {
    "video": ("title", "year", "season", "episode"),
    "audio": ("artist", "title", fields.BOTH),
    "book": ("artist", "title", fields.BOTH),
    "software": ("title",),
}
"""Medium -> fields that have a row of their own."""


def gold_classes(measuring: Measuring) -> Section:
    """The class of the names that two readers labelled."""
    known = list(labelled.read(measuring.path(GOLD)))
    about = (
        "Real names, labelled by two readers; where they differ either is right. Nothing is "
        "trained on them, and names like them are kept out of training."
    )
    return _classes("Gold: class", about, known, measuring, has_examples=False)


def kept_classes(measuring: Measuring) -> Section:
    """The class of the labelled names that are kept from training."""
    known = [case for case in _labelled(measuring) if _is_kept(case.subject.name)]
    about = (
        "Real names, labelled by one reader, that the weights have not learnt from. The "
        "temperature and the adult threshold were set on them. Names of nothing but letters are in "
        "neither half here: the hash that keeps them from training also says their half."
    )
    section = _classes("Labelled names kept from training: class", about, known, measuring)
    return replace(section, answers=[_untied(answer) for answer in section.answers])


def learnt_classes(measuring: Measuring) -> Section:
    """The class of names that the weights have learnt from: it tells of the rules alone."""
    learnt = [case for case in _labelled(measuring) if not _is_kept(case.subject.name)]
    share = measuring.most / max(len(learnt), measuring.most)
    known = [case for case in learnt if _drawn(case.subject.name) < share]
    about = (
        "Real names that the weights HAVE learnt from, so the figures themselves flatter. Rules "
        "were written by looking at the open half alone: what counts is the gap of the halves."
    )
    section = _classes("Labelled names learnt from: class", about, known, measuring)
    return replace(section, has_slices=False)


def gold_fields(measuring: Measuring) -> Section:
    """The fields of the names that two readers labelled."""
    known = list(fields.read(measuring.path(GOLD)))
    about = "The same names as those of the gold classes, by the classifier's own verdict."
    return _fields("Gold: fields", about, known, measuring, has_examples=False)


def labelled_fields(measuring: Measuring) -> Section:
    """The fields of labelled names; a part of them is kept from the tagger's training."""
    known = list(fields.read(measuring.path(FIELDS)))
    about = (
        "Real names whose fields were labelled by reading. The tagger has learnt from most of "
        "them: the slice `learnt` tells those apart that it has not."
    )
    return _fields("Labelled names: fields", about, known, measuring)


def _labelled(measuring: Measuring) -> Iterator[Case]:
    return labelled.read(measuring.path(NAMES))


def _drawn(name: str) -> float:
    """A number in [0, 1) by a hash of the family; unlike `place` it says nothing of the half."""
    digest = hashlib.sha256(f"drawn:{family(name)}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def _untied(answer: Answer) -> Answer:
    """The answer in its half, if the half is drawn by chance among the names kept from training.

    Where a name is nothing but letters, its place and its half come from one hash: of those kept
    from training all are held out, and they are the hard ones. They would make a gap of their own.
    """
    is_tied = near_copy(answer.name) == answer.kin.family
    return replace(answer, kin=Kin(answer.kin.family, None)) if is_tied else answer


def _is_kept(name: str) -> bool:
    return place(name) < HELD_OUT


def _classes(
    title: str,
    about: str,
    known: Sequence[Case],
    measuring: Measuring,
    *,
    has_examples: bool = True,
) -> Section:
    verdicts: list[Verdict] = []
    for part in measuring.batches(known):
        subjects = [case.subject for case in part]
        verdicts += verdicts_of(subjects, measuring.brains.classifier)
    answers = [
        _class_answer(case, verdict, measuring)
        for case, verdict in zip(known, verdicts, strict=True)
    ]
    return Section(title, about, MEDIUM, answers, frozenset({FALSE_FLAGS}), has_examples)


def _class_answer(case: Case, verdict: Verdict, measuring: Measuring) -> Answer:
    name = case.subject.name
    is_adult = any(case.nsfw) or verdict.nsfw or measuring.may_be_adult(name)
    return Answer(
        name=name,
        kin=kin_of(name),
        measures=dict(_class_measures(case, verdict)),
        slices=[(kind, value) for kind, value in _class_slices(case, verdict) if value],
        confidence=verdict.confidence,
        mistakes=list(_class_mistakes(case, verdict)),
        is_private=is_adult,
    )


def _class_measures(case: Case, verdict: Verdict) -> Iterator[tuple[str, Ratio]]:
    is_right = verdict.medium in case.medium
    yield MEDIUM, plain(is_right)
    if case.sure:
        yield "medium, sure names", plain(is_right)
        wanted = verdict.medium if is_right else case.medium[0]
        for medium in Medium:
            among = (wanted is medium, verdict.medium is medium)
            if any(among):
                yield f"F1 of {medium}, sure names", Ratio(2 * all(among), sum(among))
    if is_right:
        yield (
            "subcategory, where the medium is right",
            plain(verdict.subcategory in case.subcategory),
        )
    if not case.nsfw or (verdict.nsfw in case.nsfw and len(set(case.nsfw)) > 1):
        return
    if case.nsfw[0]:
        yield "adult names flagged", plain(verdict.nsfw)
    else:
        yield FALSE_FLAGS, plain(verdict.nsfw)


def _class_slices(case: Case, verdict: Verdict) -> Iterator[tuple[str, str]]:
    yield "medium", str(case.medium[0])
    yield "subcategory", str(case.subcategory[0])
    yield "adult", _flag(case.nsfw[0]) if case.nsfw else ""
    yield "files", "with files" if case.subject.files else "without files"
    yield "stage", str(verdict.source)
    yield "language", case.language
    yield from slices.of_name(case.subject.name)


def _class_mistakes(case: Case, verdict: Verdict) -> Iterator[Mistake]:
    if verdict.medium not in case.medium:
        yield mistakes.of_class(str(case.medium[0]), str(verdict.medium))
    elif verdict.subcategory not in case.subcategory:
        yield mistakes.of_class(str(case.subcategory[0]), str(verdict.subcategory))
    if case.nsfw and verdict.nsfw not in case.nsfw:
        yield mistakes.of_class(_flag(case.nsfw[0]), _flag(verdict.nsfw))


def _flag(is_adult: bool) -> str:
    return "adult" if is_adult else "clean"


def _fields(
    title: str,
    about: str,
    known: Sequence[FieldCase],
    measuring: Measuring,
    *,
    has_examples: bool = True,
) -> Section:
    run = measuring.extracted([case.name for case in known])
    answers = [
        _field_answer(case, given, extracted, measuring)
        for case, given, extracted in zip(known, run.given, run.extracted, strict=True)
    ]
    return Section(title, about, "title", answers, has_examples=has_examples)


def _field_answer(
    case: FieldCase, given: FlatFields, extracted: Extracted | None, measuring: Measuring
) -> Answer:
    oks = fields.right(case, given)
    is_adult = case.adult or bool(given.get("nsfw")) or measuring.may_be_adult(case.name)
    return Answer(
        name=case.name,
        kin=kin_of(case.name),
        measures=dict(_field_measures(case, oks)),
        slices=[(kind, value) for kind, value in _field_slices(case) if value],
        confidence=_title_confidence(case, extracted),
        mistakes=[
            mistakes.of_field(field, case.expected[field], fields.answer(given, field))
            for field in FIELD_NAMES
            if not oks[field] and not case.adult
        ],
        is_private=is_adult,
    )


def _field_measures(case: FieldCase, oks: dict[str, bool]) -> Iterator[tuple[str, Ratio]]:
    if case.adult:
        # Adult names have no settled titles: they stand apart.
        yield "adult: title", plain(oks["title"])
        return
    for field in (*FIELD_NAMES, fields.BOTH, fields.WHOLE):
        yield field, plain(oks[field])
    for field in _SHOWN_FIELDS.get(case.medium, ()):
        yield f"{case.medium}: {field}", plain(oks[field])


def _field_slices(case: FieldCase) -> Iterator[tuple[str, str]]:
    yield "medium", case.medium
    yield "subcategory", case.subcategory
    yield "language", case.language
    yield "learnt", "kept from training" if _is_kept(case.name) else "learnt from"
    yield from slices.of_name(case.name)


def _title_confidence(case: FieldCase, extracted: Extracted | None) -> float | None:
    if extracted is None:
        return None
    told = {label: confidence for label, _, confidence, _ in fields.testimony(case, extracted)}
    return told.get("title")
