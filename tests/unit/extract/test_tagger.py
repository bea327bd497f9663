"""The tagger: what it reads of a name, how places are decoded, what its training rows are."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import registry
from models.extract.tagger.decode import decode
from models.extract.tagger.encode import MAX_TOKENS, Belief, Reader, Reading, belief_row
from models.extract.tagger.known import FLAGS, KNOWN, unpacked
from models.extract.tagger.roles import TAGS
from models.extract.tagger.run import Tagger
from models.extract.tagger.shapes import JOINS, SHAPES, Case, Gap, shape
from models.text.known_names import KnownNames
from models.training.tagger.data import Example, place
from models.training.tagger.invented import invented
from models.training.tagger.synth import redressed, refilled
from models.training.tagger.works import Works
from schemas import Subcategory


@pytest.fixture(scope="module")
def reader() -> Reader:
    from tokenizers import Tokenizer

    manifest = registry.load("tagger")
    tokenizer = Tokenizer.from_file(str(registry.file_path(manifest, "tokenizer")))
    return Reader(tokenizer, KnownNames.load(registry.file_path(manifest, "catalogue")))


@settings(deadline=None)
@given(st.text(max_size=300))
def test_whatever_the_name_each_piece_is_a_place_in_it(name: str) -> None:
    from tokenizers import Tokenizer

    manifest = registry.load("tagger")
    tokenizer = Tokenizer.from_file(str(registry.file_path(manifest, "tokenizer")))
    [reading] = Reader(tokenizer, KnownNames.of({})).read([name])
    pieces = len(reading.ids)
    assert pieces == len(reading.shapes) == len(reading.known) == len(reading.spans) <= MAX_TOKENS
    assert all(0 <= start <= end <= len(name) for start, end in reading.spans)
    assert all(0 <= number < SHAPES for number in reading.shapes)


def test_the_catalogue_marks_titles_that_it_knows(reader: Reader) -> None:
    reading = reader.read(["The.Lord.of.the.Rings.2001.1080p"])[0]
    lord = next(
        i for i, (start, end) in enumerate(reading.spans) if reading.name[start:end] == "Lord"
    )
    assert reading.known[lord] & FLAGS["movie.continues"]


def test_flags_are_unpacked_in_the_order_of_their_names() -> None:
    flags = np.array([FLAGS["movie.alone"] | FLAGS["dated.continues"], 0])
    rows = unpacked(flags)
    assert [name for name, flag in zip(KNOWN, rows[0], strict=True) if flag] == [
        "movie.alone",
        "dated.continues",
    ]
    assert not rows[1].any()


@pytest.mark.parametrize(
    ("name", "piece", "gap", "case"),
    [
        ("Paper lanterns", "Paper", Gap.NAME_BEGINS, Case.CAPITALISED),
        ("Paper lanterns", "lanterns", Gap.SPACE, Case.LOWER),
        ("Paper.LANTERNS", "LANTERNS", Gap.DOT, Case.UPPER),
        ("Paper_laNterns", "laNterns", Gap.UNDERSCORE, Case.MIXED),
        ("Paper(2011)", "2011", Gap.OTHER, Case.DIGITS),
        ("Paper(2011)", "(", Gap.WORD_GOES_ON, Case.NO_LETTERS),
    ],
)
def test_a_shape_is_what_stands_before_a_piece_and_its_case(
    name: str, piece: str, gap: Gap, case: Case
) -> None:
    start = name.index(piece)
    number = shape(name, start, start + len(piece))
    assert divmod(number, len(Case)) == (gap, case)
    assert not JOINS[number]


def test_letters_and_digits_right_behind_a_word_go_on_with_it() -> None:
    assert JOINS[shape("Lanterns2", 8, 9)]


def test_a_belief_is_a_place_and_a_confidence() -> None:
    row = belief_row(Belief(Subcategory.ALBUM, 0.7))
    assert sorted(row)[-2:] == [0.7, 0.7]
    assert belief_row(None) == [0.0] * len(row)


def reading_of(name: str) -> Reading:
    """A reading whose pieces are the words of a name."""
    spans, at = [(0, 0)], 0
    for word in name.split():
        start = name.index(word, at)
        at = start + len(word)
        spans.append((start, at))
    spans.append((0, 0))
    return Reading(name, [0] * len(spans), [13] * len(spans), [0] * len(spans), spans)


def logits(*roles: str) -> np.ndarray:
    table = np.zeros((len(roles), len(TAGS)), np.float32)
    for row, role in enumerate(roles):
        table[row, TAGS.index(role)] = 4.0
    return table


def test_each_role_has_one_place_and_no_word_two_roles() -> None:
    tags = decode(
        reading_of("Vale sings Paper Lanterns 2011 x"),
        logits("creator", "noise", "title", "title", "year", "noise"),
    )
    assert {role: (tag.start, tag.end) for role, tag in tags.items()} == {
        "creator": (0, 4),
        "title": (11, 25),
        "year": (26, 30),
    }


def test_a_title_may_bridge_a_word_that_is_in_doubt_but_no_gap() -> None:
    table = logits("title", "noise", "title", "noise", "noise", "title")
    table[1] = 0.0
    tags = decode(reading_of("one two three four five six"), table)
    assert (tags["title"].start, tags["title"].end) == (0, 13)
    assert decode(reading_of("one two"), logits("noise", "noise")) == {}
    assert decode(reading_of(""), logits()) == {}


def test_the_same_name_is_tagged_alike_in_any_company() -> None:
    tagger = Tagger.load()
    names = [
        "Aurora Vale - Paper Lanterns (2011) [FLAC]",
        "x",
        "Тихая гавань 2014",
        "Harbour Street S01E02 " * 6,
    ]
    beliefs = [
        Belief(Subcategory.ALBUM, 0.8),
        None,
        Belief(Subcategory.MOVIE),
        Belief(Subcategory.EPISODE, 0.5),
    ]
    together = tagger.tag(names, beliefs)
    assert together == [
        tagger.tag([name], [belief])[0] for name, belief in zip(names, beliefs, strict=True)
    ]
    assert together[::-1] == tagger.tag(names[::-1], beliefs[::-1])


@pytest.mark.parametrize(
    ("name", "values", "spans"),
    [
        (
            "Dai Vale - Dai Vale (2017)",
            {"creator": "Dai Vale", "title": "Dai Vale", "year": 2017},
            ((0, 8), (11, 19), (21, 25)),
        ),
        (
            "Low.Tide.by.Aurora.Vale",
            {"creator": "Aurora Vale", "title": "Low Tide"},
            ((12, 23), (0, 8), None),
        ),
        ("1917 (2019)", {"title": "1917", "year": 2019}, (None, (0, 4), (6, 10))),
        ("VA - Lamps", {"creator": "Various Artists", "title": "Lamps"}, ((0, 2), (5, 10), None)),
    ],
)
def test_values_are_placed_apart(
    name: str, values: dict[str, str | int], spans: tuple[tuple[int, int] | None, ...]
) -> None:
    spans_by_role = place(name, values)
    assert spans_by_role is not None
    assert (
        spans_by_role.get("creator"),
        spans_by_role.get("title"),
        spans_by_role.get("year"),
    ) == spans


def test_a_value_that_is_not_in_the_name_places_nothing() -> None:
    assert place("Low Tide", {"title": "High Tide"}) is None


WORKS = Works(
    {
        "movie": [("Quiet Harbour", 2014)],
        "tv": [("Harbour Street", None)],
        "anime": [("Hoshi no Umi", 2001)],
    },
    [("Aurora Vale", "Paper Lanterns", 2011)],
    [("Jane Austen", "Persuasion", None)],
    [("静かな港", "Quiet Harbour", 2014)],
)


@given(st.integers(0, 10_000))
def test_new_names_say_where_their_fields_are(seed: int) -> None:
    rng = random.Random(seed)
    example = Example(
        "Old_Band-Old_Songs-CD-FLAC-1999-GRP",
        Subcategory.ALBUM,
        {"creator": (0, 8), "title": (9, 18), "year": (27, 31)},
    )
    filled = refilled(example, WORKS, rng)
    assert filled is not None
    for new in (filled, redressed(filled, rng), *invented(3, WORKS, rng)):
        for role, (start, end) in new.spans.items():
            text = new.name[start:end]
            assert text.strip(), role
            assert role != "year" or text.isdecimal()
