"""Teaching: gradients in pieces, rounds, and going on after a kill."""

import itertools

import pytest

from models.training.experiment.recipe import Machine, load_recipe
from models.training.llm.settings import LlmRecipe, Lora, Taught
from tests.training.conftest import require_training

require_training()
require_training("peft")

import torch  # noqa: E402

from models.training.experiment.folder import Experiment  # noqa: E402
from models.training.llm import decoder, teach  # noqa: E402
from models.training.llm.lessons import Questions, encoded  # noqa: E402
from tests.training.llm.test_questions import OWN  # noqa: E402

MACHINE = Machine(threads=1, precision="float32")


@pytest.fixture(scope="module")
def rows(data, bases):
    import random

    from models.training.llm.data import gather, pairs

    _, tokenizer = decoder.load(decoder.Base(bases["llama"], bases["llama"]))
    questions = pairs(gather(data, OWN, seed=1), OWN, 60, random.Random(1))
    return encoded(tokenizer, questions, 128)


@pytest.fixture
def model(bases):
    base, _ = decoder.load(decoder.Base(bases["llama"], bases["llama"]))
    torch.manual_seed(1)
    return decoder.with_lora(base, Lora(rank=4, alpha=8))


def gradients(model, rows, pieces):
    taught = Taught(epochs=1, batch=12, rate=1e-3, pieces=pieces)
    questions = Questions(model, rows, taught, MACHINE, seed=1)
    model.zero_grad()
    loss = questions.loss(list(range(12)))
    loss.backward()
    learnt = [weights.grad.clone() for weights in model.parameters() if weights.requires_grad]
    return loss.item(), learnt


def test_pieces_add_up_to_the_whole_gradient(model, rows):
    loss, whole = gradients(model, rows, 1)
    for pieces in (3, 5):
        in_pieces, parts = gradients(model, rows, pieces)
        assert in_pieces == pytest.approx(loss, rel=1e-5)
        for part, gradient in zip(parts, whole, strict=True):
            assert torch.allclose(part, gradient, rtol=1e-3, atol=1e-6)


def test_rounds_of_an_epoch_hold_each_row_once(model, rows):
    taught = Taught(epochs=2, batch=7, rate=1e-3, rounds=3)
    questions = Questions(model, rows, taught, MACHINE, seed=1)
    rounds = [questions.batches(number, None) for number in range(questions.rounds)]
    for epoch in (rounds[:3], rounds[3:]):
        seen = list(itertools.chain.from_iterable(itertools.chain.from_iterable(epoch)))
        assert sorted(seen) == list(range(len(rows)))
    assert rounds[:3] != rounds[3:]
    assert sum(map(len, rounds)) == questions.steps


def test_a_killed_teaching_goes_on_with_the_very_batch(tmp_path, bases, rows, monkeypatch):
    changes = ["pairs=60", "training.epochs=1", "training.batch=8", "training.patience=2"]
    changes += ["machine.checkpoint_seconds=0", "lora.rank=4", "machine.precision=float32"]
    recipe = load_recipe(LlmRecipe, "llm-tiny", changes)
    parts = teach.Rows(rows[:48], rows[48:])

    def taught(folder):
        base, _ = decoder.load(decoder.Base(bases["llama"], bases["llama"]))
        torch.manual_seed(1)
        fresh = decoder.with_lora(base, recipe.lora)
        with Experiment.begin(folder, recipe, [], folder) as experiment:
            return teach.teach(experiment, fresh, parts)["weights"], experiment.logged()

    unbroken, curve = taught(tmp_path / "unbroken")
    loss = Questions.loss
    calls = itertools.count(1)

    def dies(self, batch):
        if next(calls) == 4:
            raise RuntimeError("the power went out")
        return loss(self, batch)

    monkeypatch.setattr(Questions, "loss", dies)
    with pytest.raises(RuntimeError):
        taught(tmp_path / "broken")
    resumed, again = taught(tmp_path / "broken")
    assert next(calls) == 8  # six batches, and the one that was lost
    assert all(torch.equal(resumed[name], unbroken[name]) for name in unbroken)
    told = [(row["step"], row.get("loss"), row.get("held_out")) for row in curve]
    assert [(row["step"], row.get("loss"), row.get("held_out")) for row in again] == told
