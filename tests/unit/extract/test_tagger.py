"""The tagger: what it reads of a name, how places are decoded, what its training rows are."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import registry
from models.extract.tagger.encode import KNOWN, MAX_TOKENS, Belief, Reader, Reading, belief_row
from models.extract.tagger.roles import TAGS
from models.extract.tagger.run import Tagger, decode
from models.text.known_names import KnownNames
from models.training.tagger import synth
from models.training.tagger.data import Example, place
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
    one = Reader(
        Tokenizer.from_file(str(registry.file_path(manifest, "tokenizer"))), KnownNames.of({})
    ).read([name])[0]
    assert len(one.ids) == len(one.shapes) == len(one.known) == len(one.spans) <= MAX_TOKENS
    assert all(0 <= start <= end <= len(name) for start, end in one.spans)


def test_the_catalogue_marks_titles_that_it_knows(reader: Reader) -> None:
    reading = reader.read(["The.Lord.of.the.Rings.2001.1080p"])[0]
    lord = next(
        i for i, (start, end) in enumerate(reading.spans) if reading.name[start:end] == "Lord"
    )
    assert reading.known[lord] >> KNOWN.index("movie.continues") & 1


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
    found = decode(
        reading_of("Vale sings Paper Lanterns 2011 x"),
        logits("creator", "noise", "title", "title", "year", "noise"),
    )
    assert {role: (tag.start, tag.end) for role, tag in found.items()} == {
        "creator": (0, 4),
        "title": (11, 25),
        "year": (26, 30),
    }


def test_a_title_may_bridge_a_word_that_is_in_doubt_but_no_gap() -> None:
    table = logits("title", "noise", "title", "noise", "noise", "title")
    table[1] = 0.0
    found = decode(reading_of("one two three four five six"), table)
    assert (found["title"].start, found["title"].end) == (0, 13)
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
    found = place(name, values)
    assert found is not None
    assert (found.get("creator"), found.get("title"), found.get("year")) == spans


def test_a_value_that_is_not_in_the_name_places_nothing() -> None:
    assert place("Low Tide", {"title": "High Tide"}) is None


WORKS = synth.Works(
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
    filled = synth.refilled(example, WORKS, rng)
    assert filled is not None
    for one in (filled, synth.redressed(filled, rng), *synth.invented(3, WORKS, rng)):
        for role, (start, end) in one.spans.items():
            text = one.name[start:end]
            assert text.strip(), role
            assert role != "year" or text.isdecimal()
