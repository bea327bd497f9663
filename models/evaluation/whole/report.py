"""The whole report, and its JSON form."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models import registry
from models.evaluation.whole.figures import KindOfMistake, SectionFigures, SliceFigures, worst
from models.evaluation.whole.intervals import DRAWS, Figure, Gap

_DIGITS = 4
"""Of a share: a hundredth of a percent."""


@dataclass(frozen=True, slots=True)
class LeftOutPart:
    """A part that could not be measured, and why."""

    title: str
    why: str


@dataclass(frozen=True, slots=True)
class WholeReport:
    """Everything that was measured."""

    command: str
    models: Sequence[str]
    """Model, revision and licence of what answered."""
    sections: Sequence[SectionFigures]
    left_out: Sequence[LeftOutPart]
    has_names: bool


def models() -> list[str]:
    """What ships, as the report names it."""
    manifests = map(registry.load, registry.names())
    return [f"{manifest.label}, revision {manifest.revision}" for manifest in manifests]


def as_json(report: WholeReport) -> str:
    """The report as JSON. Shares are in [0, 1]; what could not be counted is null."""
    least_right, least_honest = worst(report.sections)
    whole = {
        "command": report.command,
        "models": list(report.models),
        "draws": DRAWS,
        "has_names": report.has_names,
        "sections": [_section(section) for section in report.sections],
        "least_right": [{"section": title, **_slice(part)} for title, part in least_right],
        "least_honest": [{"section": title, **_slice(part)} for title, part in least_honest],
        "left_out": [{"title": part.title, "why": part.why} for part in report.left_out],
    }
    lines = (f"{json.dumps(key)}:{_dumped(value)}" for key, value in whole.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _dumped(value: Any) -> str:
    """JSON without spaces; the elements of a list in a line each."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(map(_dumped_element, value)) + "]"
    return _dumped_element(value)


def _dumped_element(value: Any) -> str:
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _section(section: SectionFigures) -> dict[str, Any]:
    return {
        "title": section.title,
        "about": section.about,
        "main": section.main,
        "cases": section.cases,
        "families": section.families,
        "calibration_error": _round(section.calibration_error),
        "measures": [
            {
                "name": measured.name,
                "lower_is_better": measured.name in section.lower_is_better,
                **_figure(measured.whole),
                "halves": None if measured.halves is None else _gap(measured.halves),
            }
            for measured in section.measures
        ],
        "slices": [_slice(part) for part in section.slices],
        "reliability": [
            {"confidence": _round(confidence), "right": share.right, "of": share.total}
            for confidence, share in section.bins
        ],
        "mistakes": [_mistake(kind) for kind in section.mistakes],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "share": _round(figure.value),
        "lower": _round(figure.lower),
        "upper": _round(figure.upper),
        "above": figure.above,
        "below": figure.below,
        "families": figure.families,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "open": _figure(gap.opened),
        "held_out": _figure(gap.held_out),
        "gap": _round(gap.value),
        "lower": _round(gap.lower),
        "upper": _round(gap.upper),
    }


def _slice(part: SliceFigures) -> dict[str, Any]:
    return {
        "kind": part.kind,
        "value": part.value,
        **_figure(part.main),
        "calibration_error": _round(part.calibration_error),
    }


def _mistake(mistake: KindOfMistake) -> dict[str, Any]:
    return {
        "kind": mistake.kind,
        "open": mistake.opened,
        "held_out": mistake.held_out,
        "examples": [
            {"name": example.name, "wanted": example.wanted, "given": example.given}
            for example in mistake.examples
        ],
    }


def _round(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(value, _DIGITS)
