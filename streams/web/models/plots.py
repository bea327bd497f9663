"""Small plots as SVG, drawn here: they need no script, and each goes with a table of the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup, escape

WIDTH = 640
HEIGHT = 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 10, 10, 28
Shown = Callable[[float], str]
"""How a value is written."""

MOST_LINES = 6
"""Lines that the eye can tell apart; what is beyond them is in the table alone."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of values over the same places; None is a gap."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture, and the same as a table: headings, then rows."""

    title: str
    about: str
    svg: Markup
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.rows


def histogram(title: str, about: str, counts: Sequence[int]) -> Plot:
    """Bars of counts by confidence, from 0 to 1."""
    total = sum(counts)
    width = 1 / len(counts) if counts else 1
    edges = [(number * width, (number + 1) * width) for number in range(len(counts))]
    rows = tuple(
        (f"{low:.2f} to {high:.2f}", f"{count:,}", share_text(count, total))
        for (low, high), count in zip(edges, counts, strict=True)
        if count
    )
    top = _nice(max(counts, default=0))
    scale = _Scale(top, len(counts))
    bars = [
        f'<rect class="p-bar" x="{scale.x(number) + 1:.1f}" y="{scale.y(count):.1f}"'
        f' width="{scale.step - 2:.1f}" height="{scale.bottom - scale.y(count):.1f}"/>'
        for number, count in enumerate(counts)
        if count
    ]
    labels = [(number * len(counts) / 5, f"{number / 5:.1f}") for number in range(6)]
    svg = _svg(title, [*_grid(scale, _number), *bars, *_below(scale, labels)])
    return Plot(title, about, svg, ("Confidence", "Results", "Share"), rows)


def lines(
    title: str, about: str, places: Sequence[str], drawn: Sequence[Line], *, percent: bool = False
) -> Plot:
    """Lines over days or weeks.

    Args:
        title: of the plot.
        about: what it says, in a sentence.
        places: the days, oldest first.
        drawn: a value for each place.
        percent: whether values are shares of one.
    """
    shown = _percent if percent else _number
    rows = tuple(
        (place, *(_cell(line.values[number], shown) for line in drawn))
        for number, place in enumerate(places)
    )
    known = (value for line in drawn for value in line.values if value is not None)
    scale = _Scale(_nice(max(known, default=0)), max(len(places), 1))
    marks = [
        mark
        for number, line in enumerate(drawn[:MOST_LINES])
        for mark in _line(scale, line.values, number)
    ]
    every = max(1, ceil(len(places) / 7))
    labels = [(number + 0.5, place) for number, place in enumerate(places) if number % every == 0]
    svg = _svg(title, [*_grid(scale, shown), *marks, *_below(scale, labels)])
    names = tuple(line.name for line in drawn)
    return Plot(title, about, svg, ("Day", *names), rows, names[:MOST_LINES])


def share_text(count: int, total: int) -> str:
    """A share as people read it."""
    return f"{count / total:.1%}" if total else ""


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where values lie in the picture."""

    top: float
    places: int

    @property
    def step(self) -> float:
        return (WIDTH - _LEFT - _RIGHT) / self.places

    @property
    def bottom(self) -> float:
        return HEIGHT - _BOTTOM

    def x(self, place: float) -> float:
        return _LEFT + place * self.step

    def y(self, value: float) -> float:
        return self.bottom - value / self.top * (self.bottom - _TOP)


def _line(scale: _Scale, values: Sequence[float | None], number: int) -> list[str]:
    """The pieces of a line between its gaps; a lone value is a dot."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append((scale.x(place + 0.5), scale.y(value)))
    marks = []
    for piece in pieces:
        if len(piece) == 1:
            x, y = piece[0]
            marks.append(f'<circle class="p-dot p-{number}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>')
        elif piece:
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in piece)
            marks.append(f'<polyline class="p-line p-{number}" points="{points}"/>')
    return marks


def _grid(scale: _Scale, shown: Shown) -> list[str]:
    marks = []
    for part in range(3):
        value = scale.top * part / 2
        y = scale.y(value)
        marks += [
            f'<line class="p-grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>',
            f'<text class="p-axis p-end" x="{_LEFT - 6}" y="{y + 4:.1f}">{shown(value)}</text>',
        ]
    return marks


def _below(scale: _Scale, labels: Sequence[tuple[float, str]]) -> list[str]:
    return [
        f'<text class="p-axis p-middle" x="{scale.x(place):.1f}" y="{HEIGHT - 8}">'
        f"{escape(label)}</text>"
        for place, label in labels
    ]


def _svg(title: str, marks: Sequence[str]) -> Markup:
    return Markup(  # noqa: S704 (numbers of ours, and labels that are escaped)
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(title)}; the table below says the same">{"".join(marks)}</svg>'
    )


def _nice(value: float) -> float:
    """The next number that is good to read on an axis."""
    if value <= 0:
        return 1
    size = 10.0 ** floor(log10(value))
    return next(step * size for step in (1, 2, 4, 5, 8, 10) if value <= step * size * (1 + 1e-9))


def _number(value: float) -> str:
    if value >= 1_000_000:
        return f"{value / 1_000_000:g} M"
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.3g}"


def _percent(value: float) -> str:
    return f"{value * 100:.3g} %"


def _cell(value: float | None, shown: Shown) -> str:
    return "" if value is None else shown(value)
