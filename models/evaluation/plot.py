"""Pictures of a report: is confidence honest, and how much is wrong of what is kept."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models.evaluation import metrics

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DPI = 110
"""Pixels an inch: a picture of 1,100 columns."""


class MissingPlots(ImportError):
    """matplotlib is not installed."""


def reliability(answers: Sequence[tuple[float, bool]], path: Path, title: str) -> None:
    """Write a PNG: share right by mean confidence, and wrong answers by coverage.

    Args:
        answers: confidence and whether the answer was right.
        path: the file.
        title: what the answers are.

    Raises:
        MissingPlots: the extra `plots` is not installed.
        OSError: the file cannot be written.
    """
    _reliability(answers, title).savefig(path, dpi=_DPI)


def reliability_svg(answers: Sequence[tuple[float, bool]], title: str) -> bytes:
    """The same picture as an SVG, for a page; the same answers give the same bytes.

    Raises:
        MissingPlots: the extra `plots` is not installed.
    """
    figure = _reliability(answers, title)
    from matplotlib import rc_context

    out = io.BytesIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "reliability"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def _reliability(answers: Sequence[tuple[float, bool]], title: str) -> "Figure":
    figure = _figure()
    honesty, risk = figure.subplots(1, 2)
    _draw_honesty(honesty, answers, title)
    steps = [percent / 100 for percent in range(30, 101)]
    wrong = metrics.risk_by_coverage(answers, steps)
    risk.plot([100 * coverage for coverage, _ in wrong], [100 * share.value for _, share in wrong])
    risk.set(xlabel="most confident answers kept, %", ylabel="wrong among them, %")
    risk.set_title("risk by coverage")
    risk.grid(alpha=0.3)
    return figure


def _draw_honesty(axes: "Axes", answers: Sequence[tuple[float, bool]], title: str) -> None:
    """Share right by mean confidence, with 95 % intervals and the count of each bin."""
    bins = metrics.reliability(answers)
    confidence = [mean for mean, _ in bins]
    right = [share.value for _, share in bins]
    # Rounding may put an end of an interval a hair on the wrong side of its share.
    below = [max(0.0, share.value - share.interval[0]) for _, share in bins]
    above = [max(0.0, share.interval[1] - share.value) for _, share in bins]
    axes.plot([0, 1], [0, 1], color="0.7", linestyle="--", label="honest")
    axes.errorbar(
        confidence,
        right,
        yerr=[below, above],
        marker="o",
        capsize=3,
        label="measured (95 % interval)",
    )
    for mean, share in bins:
        axes.annotate(
            str(share.total),
            (mean, share.value),
            textcoords="offset points",
            xytext=(6, -10),
            fontsize=8,
        )
    axes.set(xlabel="mean confidence", ylabel="share right", xlim=(0, 1.02), ylim=(0, 1.05))
    axes.set_title(f"{title}: ECE {metrics.calibration_error(answers):.3f}")
    axes.legend()


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
    curve, by_threshold = figure.subplots(1, 2)
    for name, points in curves.items():
        precision = [100 * point[0] for point in points]
        recall = [100 * point[1] for point in points]
        curve.plot(recall, precision, label=name)
        (line,) = by_threshold.plot(thresholds, precision, label=f"{name}: precision")
        by_threshold.plot(
            thresholds, recall, label=f"{name}: recall", color=line.get_color(), linestyle="--"
        )
    curve.set(xlabel="recall, %", ylabel="precision, %")
    curve.set_title(f"{title}: precision by recall")
    by_threshold.set(xlabel="threshold of the score", ylabel="%")
    by_threshold.set_title("by threshold")
    for axes in (curve, by_threshold):
        axes.legend()
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=_DPI)


def _figure() -> "Figure":
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingPlots(
            f"the plot needs the extra `plots` ({error}): uv pip install 'mimmo-streams[plots]'"
        ) from error
    return Figure(figsize=(10, 4.5), layout="constrained")
