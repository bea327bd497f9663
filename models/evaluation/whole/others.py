"""Other projects' test cases, invented torrents with files, and linking."""

from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

from models import active, loading
from models.evaluation import bench, linking, slices
from models.evaluation.bench import Case
from models.evaluation.filesets.measure import FIELDS, MEDIUM, SUBCATEGORY, Judged, judged
from models.evaluation.filesets.shapes import is_held_out, torrents
from models.evaluation.flat import FlatFields
from models.evaluation.linking import Linked
from models.evaluation.whole import mistakes
from models.evaluation.whole.answers import Answer, Kin, Mistake, Ratio, Section, kin_of, plain
from models.evaluation.whole.measuring import LeftOut, Measuring
from schemas import MEDIUM_OF

_VIDEO = "video, whole record"
_MUSIC = "music, artist + album"
_GROUP = "release group, of those asserted"

_LINKING = ("albums_dev", "queries_dev")


def bench_fields(measuring: Measuring) -> Section:
    """Other projects' test cases without those of the parsers' own suites."""
    path = measuring.path("bench/merged/all.jsonl")
    score = bench.scorer(measuring.scorer or path.parent.parent / "score.py")
    known = bench.read(path, score, neutral=True)
    run = measuring.extracted([case["name"] for case in known])
    answers = [
        _bench_answer(case, given, score, measuring)
        for case, given in zip(known, run.given, strict=True)
    ]
    about = (
        "Test cases of other projects, scored by their rules, without those of the suites of "
        "guessit and PTT. A title is compared leniently in a whole record."
    )
    return Section("Bench, neutral: fields", about, _VIDEO, answers)


def file_sets(measuring: Measuring) -> Section:
    """Invented torrents with files; shapes are families."""
    answers = []
    brains = measuring.brains
    judgements = judged(torrents(measuring.file_sets), brains.classifier, brains.extractor)
    for done, answer in enumerate(judgements, 1):
        answers.append(_file_answer(answer))
        measuring.advance(done, measuring.file_sets)
    about = (
        "Invented torrents with their files. A family is a shape, and half of the shapes is held "
        "out from the rules that read files."
    )
    return Section("File sets", about, MEDIUM, answers)


def links(measuring: Measuring) -> Section:
    """Artist and title to their MusicBrainz ids."""
    if measuring.index is None:
        raise LeftOut(
            "no match index is given; --index DIR (`python -m models evaluate match --help` says "
            "how one is made)"
        )
    matcher = loading.matcher(active.chosen(active.Stage.MATCH), measuring.index)
    known = [
        case
        for name in _LINKING
        for case in linking.read(measuring.path(f"linking/{name}.jsonl.gz"))
    ]
    answers = []
    for part in measuring.batches(known):
        answers += [_link_answer(answer) for answer in linking.evaluate(part, matcher)]
    about = (
        "Artists and albums with their MusicBrainz ids. The weights of linking have learnt from "
        "these cases: `python -m models evaluate match --cross-validate` is the stricter figure."
    )
    return Section("Linking", about, _GROUP, answers)


def _bench_answer(case: Case, given: FlatFields, score: ModuleType, measuring: Measuring) -> Answer:
    name = case["name"]
    wrong: list[Mistake] = []

    def note(_: Case, field: str, wanted: object, answered: object) -> None:
        wrong.append(mistakes.of_field(field, wanted, answered))

    tally = score.score([case], {name: given}, on_error=note)[0]["merged"]
    wholes = score.whole([case], {name: given})
    return Answer(
        name=name,
        kin=kin_of(name),
        measures=dict(_bench_measures(tally, wholes)),
        slices=list(slices.of_name(name)),
        mistakes=wrong,
        is_private=bool(given.get("nsfw")) or measuring.may_be_adult(name),
    )


def _bench_measures(
    tally: dict[str, Sequence[int]], wholes: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, Ratio]]:
    for label, (right, total) in zip((_VIDEO, _MUSIC), wholes, strict=True):
        if total:
            yield label, Ratio(right, total)
    for field, counts in tally.items():
        asserted, right, _, absent, kept = counts
        if asserted:
            yield field, Ratio(right, asserted)
        if absent:
            yield f"{field}, absent", Ratio(kept, absent)


def _file_answer(answer: Judged) -> Answer:
    fields = [
        field
        for field in (MEDIUM, SUBCATEGORY, *FIELDS)
        if field in (MEDIUM, SUBCATEGORY) or field in answer.torrent.expected
    ]
    wrong = [field for field in fields if not answer.is_right(field)]
    subcategory = answer.torrent.subcategory[0]
    of_kind = [("medium", str(MEDIUM_OF[subcategory])), ("subcategory", str(subcategory))]
    if not is_held_out(answer.shape):
        of_kind.append(("shape", answer.shape))
    return Answer(
        name=answer.torrent.name,
        kin=Kin(answer.shape, is_held_out(answer.shape)),
        measures={field: plain(field not in wrong) for field in fields},
        slices=of_kind,
        mistakes=[_file_mistake(answer, field) for field in wrong],
    )


def _file_mistake(answer: Judged, field: str) -> Mistake:
    wanted, given = answer.wanted(field), answer.given.get(field)
    if field in (MEDIUM, SUBCATEGORY):
        return mistakes.of_class(str(wanted[0]), str(given))
    return mistakes.of_field(field, wanted, given)


def _link_answer(answer: Linked) -> Answer:
    query = answer.case.query
    name = f"{query.artist or ''} - {query.title or ''}"
    kin = kin_of(query.artist or name)
    return Answer(
        name=name,
        kin=kin,
        measures=dict(_link_measures(answer)),
        slices=[
            ("script", answer.script),
            ("spelling", answer.spelling),
            ("tracks", "with tracks" if query.tracks else "without tracks"),
        ],
        confidence=answer.match.score,
        mistakes=list(_link_mistakes(answer)),
    )


def _link_measures(answer: Linked) -> Iterator[tuple[str, Ratio]]:
    if answer.case.is_artist_labelled:
        if answer.artist_id is not None:
            yield "artist, of those asserted", plain(answer.is_artist_right)
        if answer.truth.artists:
            yield "artist, of those known", plain(answer.is_artist_right)
    if answer.case.is_group_labelled:
        if answer.group_id is not None:
            yield _GROUP, plain(answer.is_group_right)
        if answer.truth.group is not None:
            yield "release group, of those known", plain(answer.is_group_right)


def _link_mistakes(answer: Linked) -> Iterator[Mistake]:
    given: Any = answer.match.title or answer.match.artist
    if answer.is_wrong:
        yield Mistake("another artist or release group", answer.case.kind, str(given))
    elif answer.truth.group is not None and answer.group_id is None:
        yield Mistake("a known release group missed", answer.case.kind, str(given))
