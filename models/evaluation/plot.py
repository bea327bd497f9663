"""Pictures of a report: is confidence honest, and how much is wrong of what is kept."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models.evaluation import metrics

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class MissingPlots(ImportError):
    """matplotlib is not installed."""


def reliability(answers: Sequence[tuple[float, bool]], path: Path, title: str) -> None:
    """Write a PNG: share right by mean confidence with 95 % intervals, and wrong answers by
    coverage.

    Args:
        answers: confidence and whether the answer was right.
        path: the file.
        title: what the answers are.

    Raises:
        MissingPlots: the extra `plots` is not installed.
        OSError: the file cannot be written.
    """
    figure = _figure()
    left, right = figure.subplots(1, 2)
    bins = metrics.reliability(answers)
    xs, ys = [c for c, _ in bins], [share.value for _, share in bins]
    low = [share.value - share.interval[0] for _, share in bins]
    high = [share.interval[1] - share.value for _, share in bins]
    left.plot([0, 1], [0, 1], color="0.7", linestyle="--", label="honest")
    left.errorbar(xs, ys, yerr=[low, high], marker="o", capsize=3, label="measured (95 % interval)")
    for x, y, (_, share) in zip(xs, ys, bins, strict=True):
        left.annotate(
            str(share.total), (x, y), textcoords="offset points", xytext=(6, -10), fontsize=8
        )
    left.set(xlabel="mean confidence", ylabel="share right", xlim=(0, 1.02), ylim=(0, 1.05))
    left.set_title(f"{title}: ECE {metrics.calibration_error(answers):.3f}")
    left.legend()
    steps = [i / 100 for i in range(30, 101)]
    risk = metrics.risk_by_coverage(answers, steps)
    right.plot([100 * c for c, _ in risk], [100 * wrong.value for _, wrong in risk])
    right.set(xlabel="most confident answers kept, %", ylabel="wrong among them, %")
    right.set_title("risk by coverage")
    right.grid(alpha=0.3)
    figure.savefig(path, dpi=110)


def precision_recall(
    curves: Mapping[str, Sequence[tuple[float, ...]]],
    thresholds: Sequence[float],
    path: Path,
    title: str,
) -> None:
    """Write a PNG: precision over recall, and both over the threshold.

    Args:
        curves: name -> (precision, recall) at each threshold.
        thresholds: of the score.
        path: the file.
        title: what is found.

    Raises:
        MissingPlots: the extra `plots` is not installed.
        OSError: the file cannot be written.
    """
    figure = _figure()
    left, right = figure.subplots(1, 2)
    for name, points in curves.items():
        precision, recall = (
            [100 * point[0] for point in points],
            [100 * point[1] for point in points],
        )
        left.plot(recall, precision, label=name)
        (line,) = right.plot(thresholds, precision, label=f"{name}: precision")
        right.plot(
            thresholds, recall, label=f"{name}: recall", color=line.get_color(), linestyle="--"
        )
    left.set(xlabel="recall, %", ylabel="precision, %")
    left.set_title(f"{title}: precision by recall")
    right.set(xlabel="threshold of the score", ylabel="%")
    right.set_title("by threshold")
    for axes in (left, right):
        axes.legend()
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=110)


def _figure() -> "Figure":
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingPlots(
            f"the plot needs the extra `plots` ({error}): uv pip install 'mimmo-streams[plots]'"
        ) from error
    return Figure(figsize=(10, 4.5), layout="constrained")
