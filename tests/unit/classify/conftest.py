"""One loaded classifier for all tests of the area: loading takes a second."""

import pytest

from models.classify.cascade import Classifier
from models.classify.ensemble import Ensemble

pytest.importorskip("onnxruntime", reason="the extra `onnx` is not installed")


@pytest.fixture(scope="session")
def learnt() -> Ensemble:
    return Ensemble.load()


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return Classifier.load()
