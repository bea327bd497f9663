"""What a language model is asked, and what of the data it never sees."""

import gzip
import json
import random

import pytest

from models.training.classifier.data import HELD_OUT, near_copy, place
from models.training.experiment.errors import DataMissing
from models.training.llm import measuring
from models.training.llm.data import asked, gather, pairs
from models.training.llm.settings import Mix

OWN = Mix(read=0.5, redressed=0.25, refilled=0.25, scene=0.0, works="labelled")


def test_labelled_names_alone_make_questions(data):
    sources = gather(data, OWN, seed=1)
    questions = pairs(sources, OWN, 200, random.Random(1))
    assert len(questions) == 200
    assert {pair.prompt.kind.name for pair in questions} == {"music", "video"}
    assert len({pair.question for pair in questions}) > 100  # dressed and refilled ones among them
    assert all("|" not in value for pair in questions for value in pair.fields.values())


def test_what_is_held_out_is_never_learnt_from(data):
    sources = gather(data, OWN, seed=1)
    held = {near_copy(example.name) for example in sources.held}
    assert held
    assert all(place(example.name) >= HELD_OUT for example in sources.read)
    assert not held & {near_copy(example.name) for example in sources.read}


def test_the_same_seed_draws_the_same_questions(data):
    sources = gather(data, OWN, seed=1)
    first, again = (pairs(sources, OWN, 50, random.Random(7)) for _ in range(2))
    assert first == again
    assert first != pairs(sources, OWN, 50, random.Random(8))


def test_near_copies_of_gold_are_not_learnt_from(tmp_path, data):
    (tmp_path / "fields").mkdir()
    source = data / "fields/p2p_labelled.jsonl.gz"
    (tmp_path / "fields/p2p_labelled.jsonl.gz").write_bytes(source.read_bytes())
    known = gather(tmp_path, OWN, seed=1).read[0].name
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold/dev.jsonl").write_text(json.dumps({"name": known}) + "\n")
    learnt = {near_copy(example.name) for example in gather(tmp_path, OWN, seed=1).read}
    assert near_copy(known) not in learnt


def test_too_few_names_are_refused_with_advice(tmp_path):
    path = tmp_path / "fields/p2p_labelled.jsonl.gz"
    path.parent.mkdir()
    with gzip.open(path, "wt") as stream:
        stream.write(json.dumps({"name": "Tin Harbour - Copper Road (1999)", "sub": "album"}))
    with pytest.raises(DataMissing, match="label more names"):
        gather(tmp_path, OWN, seed=1)


def test_answers_are_counted_by_field_and_slice(data):
    held = asked(gather(data, OWN, seed=1).held)
    right = [pair.answer for pair in held]
    assert measuring.measured(held, right)["all"]["exact"] == 100.0
    wrong = ["" for _ in held]
    measured = measuring.measured(held, wrong)
    assert measured["all"]["exact"] == 0.0
    assert measured["video"]["cases"] + measured["music"]["cases"] == len(held)
    assert "creator" not in measured["video"]
