"""Pictures of a report: is confidence honest, and how much is wrong of what is kept."""

from collections.abc import Sequence
from pathlib import Path

from models.evaluation import metrics


class MissingPlots(ImportError):
    """matplotlib is not installed."""


def reliability(answers: Sequence[tuple[float, bool]], path: Path, title: str) -> None:
    """Write a PNG: share right by mean confidence with 95 % intervals, and wrong answers by coverage.

    Args:
        answers: confidence and whether the answer was right.
        path: the file.
        title: what the answers are.

    Raises:
        MissingPlots: the extra `plots` is not installed.
        OSError: the file cannot be written.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingPlots(f"the plot needs the extra `plots` ({error}): uv pip install 'mimmo-streams[plots]'") from error
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    bins = metrics.reliability(answers)
    xs, ys = [c for c, _ in bins], [share.value for _, share in bins]
    low = [share.value - share.interval[0] for _, share in bins]
    high = [share.interval[1] - share.value for _, share in bins]
    left.plot([0, 1], [0, 1], color="0.7", linestyle="--", label="honest")
    left.errorbar(xs, ys, yerr=[low, high], marker="o", capsize=3, label="measured (95 % interval)")
    for x, y, (_, share) in zip(xs, ys, bins, strict=True):
        left.annotate(str(share.total), (x, y), textcoords="offset points", xytext=(6, -10), fontsize=8)
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
