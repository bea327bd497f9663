"""The report as one HTML page that fetches nothing.

Whatever is not written here is escaped: names of torrents are hostile text.
"""

import base64
import html
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files

from models.evaluation import plot
from models.evaluation.whole.figures import (
    ENOUGH,
    Example,
    SectionFigures,
    SliceFigures,
    worst,
)
from models.evaluation.whole.intervals import DRAWS, Figure, Gap
from models.evaluation.whole.report import WholeReport
from models.oneshot.safe import safe

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a browser may do with the page: show it, with its own style and pictures."""


def page(report: WholeReport) -> str:
    """The whole page."""
    style = (files(__package__) / "page.css").read_text(encoding="utf-8")
    least_right, least_honest = worst(report.sections)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(_POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>How right the answers are</title><style>{style}</style></head><body>",
        "<h1>How right the answers are</h1>",
        *_beginning(report),
        *_headlines(report.sections),
        "<h2>Worst slices</h2>",
        f"<p>Slices of {ENOUGH} cases and more, over all sections.</p>",
        *_slices_table("least right", least_right),
        *_slices_table("least honest confidence", least_honest),
    ]
    for section in report.sections:
        parts += _section(section)
    return "\n".join([*parts, "</body></html>", ""])


def _beginning(report: WholeReport) -> Iterator[str]:
    yield f"<p>Made by <code>{_text(report.command)}</code>, of:</p>"
    yield "<ul>" + "".join(f"<li>{_text(model)}</li>" for model in report.models) + "</ul>"
    yield (
        "<p>A figure reads “94.2 (92.6-95.7)”: percent and its 95 % interval, "
        f"by {DRAWS:,} resamples of release families, so that near-duplicates of a name are drawn "
        "together; where nothing or everything is wrong it is Wilson's interval. "
        "<b>Open</b> is the half of the families that rules were written by looking at, <b>held "
        "out</b> the other half, and the <b>gap</b> is open less held out, in points: where its "
        "interval lies above zero (of faults, below it), it is red: a sign that rules fit names "
        "that were looked at. "
        "ECE is the expected calibration error: how far confidence is from the share right.</p>"
    )
    if not report.has_names:
        yield "<p>Without names: kinds of mistakes are counted, and no example is shown.</p>"
    if report.left_out:
        yield "<h2>Left out</h2><ul>"
        yield from (
            f"<li><b>{_text(part.title)}</b>: {_text(part.why)}</li>" for part in report.left_out
        )
        yield "</ul>"


def _headlines(sections: Sequence[SectionFigures]) -> Iterator[str]:
    rows = []
    for section in sections:
        for measured in section.measures[:1]:
            error = _error(section.calibration_error)
            rows.append(
                [
                    _text(section.title),
                    f"{section.cases:,} / {section.families:,}",
                    _text(measured.name),
                    _figure(measured.whole),
                    *_halves(measured.halves),
                    error,
                ]
            )
    header = ("section", "cases / families", "measure", "all", "open", "held out", "gap", "ECE")
    yield "<h2>At a glance</h2>"
    yield _table(header, rows)


def _section(section: SectionFigures) -> Iterator[str]:
    yield f"<h2>{_text(section.title)}</h2><p>{_text(section.about)}</p>"
    yield f"<p>{section.cases:,} cases in {section.families:,} families.</p>"
    rows = [
        [
            _text(measured.name)
            + (" (lower is better)" if measured.name in section.lower_is_better else ""),
            f"{measured.whole.below:,}",
            _figure(measured.whole),
            *_halves(measured.halves, is_fault=measured.name in section.lower_is_better),
        ]
        for measured in section.measures
    ]
    yield _table(("measure", "counted", "all", "open", "held out", "gap"), rows)
    if section.confidence:
        yield _picture(section)
    if section.slices:
        yield f"<details><summary>Slices, by “{_text(section.main)}”</summary>"
        yield _table(("", "slice", "cases", "right", "ECE"), map(_slice_row, section.slices))
        yield "</details>"
    yield from _mistakes(section)


def _picture(section: SectionFigures) -> str:
    try:
        drawn = plot.reliability_svg(section.confidence, section.main)
    except plot.MissingPlots as error:
        return f"<p>{_text(str(error))}</p>"
    data = base64.b64encode(drawn).decode("ascii")
    what = _text(f"Reliability of {section.main}: {section.title}")
    return f'<img alt="{what}" src="data:image/svg+xml;base64,{data}">'


def _mistakes(section: SectionFigures) -> Iterator[str]:
    if not section.mistakes:
        return
    rows = [
        [_text(mistake.kind), str(mistake.opened), str(mistake.held_out)]
        for mistake in section.mistakes
    ]
    yield "<details><summary>Mistakes by kind</summary>"
    yield _table(("kind", "open half", "held-out half"), rows)
    for mistake in section.mistakes:
        if mistake.examples:
            yield f"<h4>{_text(mistake.kind)}</h4>"
            yield _table(("name", "wanted", "given"), map(_example_row, mistake.examples))
    yield "</details>"


def _example_row(example: Example) -> list[str]:
    return [_text(example.name), _text(example.wanted), _text(example.given)]


def _slices_table(title: str, parts: Sequence[tuple[str, SliceFigures]]) -> Iterator[str]:
    rows = [[_text(section), *_slice_row(part)] for section, part in parts]
    yield f"<h3>{_text(title)}</h3>"
    yield _table(("section", "", "slice", "cases", "right", "ECE"), rows)


def _slice_row(part: SliceFigures) -> list[str]:
    return [
        _text(part.kind),
        _text(part.value),
        f"{part.main.below:,}",
        _figure(part.main),
        _error(part.calibration_error),
    ]


def _halves(gap: Gap | None, *, is_fault: bool = False) -> list[str]:
    if gap is None:
        return ["-", "-", "-"]
    worse = gap.upper < 0 if is_fault else gap.lower > 0
    shown = f"{100 * gap.value:+.1f} ({100 * gap.lower:+.1f} to {100 * gap.upper:+.1f})"
    return [
        _figure(gap.opened),
        _figure(gap.held_out),
        f'<b class="wide">{shown}</b>' if worse else shown,
    ]


def _figure(figure: Figure) -> str:
    if not figure.below:
        return "-"
    ends = f"{100 * figure.lower:.1f}-{100 * figure.upper:.1f}"
    return f"{100 * figure.value:.1f} <small>({ends})</small>"


def _error(error: float | None) -> str:
    return "-" if error is None else f"{error:.3f}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the header is escaped here, the cells are HTML."""
    head = "".join(f"<th>{_text(cell)}</th>" for cell in header)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" for cells in rows
    )
    return f'<div class="table"><table><tr>{head}</tr>\n{body}</table></div>'


def _text(text: str) -> str:
    """Text for a page: in one line, without what turns it, escaped."""
    return html.escape(safe(text))
