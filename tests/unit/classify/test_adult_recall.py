"""The recall of adult works at a share of false flags, on scores small enough to count by hand."""

from pathlib import Path

import pytest

from models.evaluation.metrics import Share
from models.training.classifier.adult import main, recall_at

numpy = pytest.importorskip("numpy", reason="the extra `onnx` is not installed")

CLEAN = [0.9, 0.5, 0.4, *[0.1] * 7]
ADULT = [0.95, 0.6, 0.45, 0.05]


@pytest.mark.parametrize(
    ("rate", "recalled", "false"),
    [(0.0, 1, 0), (0.05, 1, 0), (0.1, 2, 1), (0.2, 3, 2), (1.0, 4, 10)],
)
def test_no_more_clean_names_are_flagged_than_the_rate_says(
    rate: float, recalled: int, false: int
) -> None:
    scores = numpy.array(CLEAN + ADULT)
    adult = numpy.array([False] * len(CLEAN) + [True] * len(ADULT))
    assert recall_at(scores, adult, rate) == (Share(recalled, 4), Share(false, 10))


def test_it_says_which_folder_it_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 1
    assert "--data is the folder that holds names/" in capsys.readouterr().err
