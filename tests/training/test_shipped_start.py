"""What ships, as a start: its network in floats says what its file says."""

import numpy as np
import pytest

from tests.training import invented_names

torch = pytest.importorskip("torch")


def test_the_network_read_from_its_file_answers_as_the_file_does() -> None:
    from tokenizers import Tokenizer

    from models.classify.ensemble import load_bert
    from models.training.classifier import shipped
    from models.training.classifier.data import Row
    from models.training.classifier.model import Precision
    from models.training.classifier.train import encode, predict

    names = [str(row["name"]) for row in invented_names.rows(40, seed=3)]
    rows = [Row(name, None, None, None) for name in names]
    tokenizer = Tokenizer.from_file(str(shipped.path("tokenizer")))
    net = shipped.small_net()
    net.set_precision(Precision.EIGHT_BITS)
    known = shipped.known_names()
    read = predict(net, encode(tokenizer, rows, known.flags(names)))
    answered = load_bert(shipped.path).logits([(name, ()) for name in names])
    assert np.abs(read - answered).max() < 0.2
    assert (read[:, :5].argmax(1) == answered[:, :5].argmax(1)).all()


def test_the_table_read_from_its_file_answers_as_the_file_does() -> None:
    from models.classify.ensemble import load_ngrams
    from models.training.classifier import linear, shipped
    from models.training.classifier.data import Row

    names = [str(row["name"]) for row in invented_names.rows(40, seed=3)]
    rows = [Row(name, None, None, None) for name in names]
    read = linear.logits(shipped.linear_table(), rows)
    answered = load_ngrams(shipped.path).logits([(name, ()) for name in names])
    assert np.abs(read - answered).max() < 1e-3


def test_weights_between_two_networks_are_their_mean() -> None:
    from models.training.classifier.model import Net, Size
    from models.training.classifier.student import between

    learnt, before = (Net(10, Size(1, 8, 2)) for _ in range(2))
    half = between(learnt, before, 0.5)
    mean = (learnt.head.weight + before.head.weight) / 2
    assert torch.allclose(half["head.weight"], mean)
    same = between(learnt, before, 0.0)
    assert all(torch.equal(same[name], part) for name, part in learnt.state_dict().items())
