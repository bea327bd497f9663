"""Pictures of a training: the loss by step, and how right it is on what is held out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DPI = 110
_SMOOTHED = 25
"""Logged losses that a point of the thick line is the mean of."""


def is_drawable() -> bool:
    """Whether matplotlib, the extra `plots`, is installed."""
    from importlib.util import find_spec

    return find_spec("matplotlib") is not None


def loss(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write a PNG of the losses of all parts of a training.

    Args:
        rows: lines of progress.jsonl.
        path: the file.
    """
    from matplotlib.figure import Figure

    parts: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        parts[str(row["part"])].append(row)
    figure = Figure(figsize=(10, 3 * max(1, len(parts))), layout="constrained")
    for index, (part, lines) in enumerate(parts.items(), 1):
        _curve(figure.add_subplot(max(1, len(parts)), 1, index), part, lines)
    figure.savefig(path, dpi=_DPI)


def evaluation(measured: Mapping[str, Any], path: Path) -> None:
    """Write a PNG of all shares that were measured.

    Args:
        measured: shares in percent by name, in groups; other values are left out.
        path: the file.
    """
    from matplotlib.figure import Figure

    shares = percents(measured)
    figure = Figure(figsize=(10, 1 + 0.3 * len(shares)), layout="constrained")
    axes = figure.add_subplot()
    axes.barh([name for name, _ in shares], [value for _, value in shares], color="#4878a8")
    for index, (_, value) in enumerate(shares):
        axes.text(value + 0.5, index, f"{value:g}", va="center")
    axes.invert_yaxis()
    axes.set_xlim(0, 108)
    axes.set_xlabel("percent")
    figure.savefig(path, dpi=_DPI)


_PERCENTS = (
    *("accuracy", "subcategory", "nsfw_recall", "right", "exact", "precision", "recall"),
    *("recall_at_1", "recall_at_5", "recall_at_10"),
)


def percents(measured: Mapping[str, Any], prefix: str = "") -> list[tuple[str, float]]:
    """Names and values of all shares in nested groups."""
    shares: list[tuple[str, float]] = []
    for key, value in measured.items():
        if isinstance(value, Mapping):
            shares += percents(value, f"{prefix}{key} ")
        elif key in _PERCENTS and isinstance(value, int | float):
            shares.append((f"{prefix}{key}", float(value)))
    return shares


def _curve(axes: "Axes", part: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """The loss of one part: each that was logged, their moving mean, and the held-out measure."""
    steps = [row["step"] for row in rows if "loss" in row]
    losses = [row["loss"] for row in rows if "loss" in row]
    axes.plot(steps, losses, color="#c8d4e4", linewidth=0.8)
    means = []
    for end in range(1, len(losses) + 1):
        window = losses[max(0, end - _SMOOTHED) : end]
        means.append(sum(window) / len(window))
    axes.plot(steps, means, color="#4878a8")
    axes.set_title(part, loc="left")
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    held = [(row["step"], row["held_out"]) for row in rows if "held_out" in row]
    if held:
        beside = axes.twinx()
        beside.plot(*zip(*held, strict=True), color="#b06030", marker="o")
        beside.set_ylabel("held out")
