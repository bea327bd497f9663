"""One loaded classifier for all tests of the area: loading takes a second."""

import pytest

from models.classify.bert import Bert
from models.classify.cascade import Classifier

pytest.importorskip("onnxruntime", reason="the extra `onnx` is not installed")


@pytest.fixture(scope="session")
def bert() -> Bert:
    return Bert.load()


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return Classifier.load()
