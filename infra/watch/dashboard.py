"""Builds Grafana's JSON from the panels."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra.watch.panels import ROWS, Panel

PATH = Path(__file__).with_name("dashboard.json")

_SCHEMA = 39
"""The version of Grafana's dashboard schema: Grafana 10.4 and later read it as it is."""

_WIDTH, _HEIGHT = 24, 8
"""Grafana's grid is 24 wide; a panel is 8 high."""

_SOURCE = {"type": "prometheus", "uid": "${source}"}


def dashboard() -> dict[str, Any]:
    """The dashboard as Grafana imports it."""
    panels: list[dict[str, Any]] = []
    top = 0
    for title, row in ROWS.items():
        panels.append(_heading(title, len(panels) + 1, top))
        panels += _row(row, len(panels) + 1, top + 1)
        top += 1 + _HEIGHT
    return {
        "uid": "mimmo-streams",
        "title": "Mimmo Streams",
        "tags": ["mimmo"],
        "schemaVersion": _SCHEMA,
        "version": 1,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [
                {
                    "name": "source",
                    "label": "Prometheus",
                    "type": "datasource",
                    "query": "prometheus",
                }
            ]
        },
        "panels": panels,
    }


def text() -> str:
    """The file's text."""
    return json.dumps(dashboard(), indent=1) + "\n"


def _heading(title: str, number: int, top: int) -> dict[str, Any]:
    place = {"x": 0, "y": top, "w": _WIDTH, "h": 1}
    return {"id": number, "type": "row", "title": title, "gridPos": place, "collapsed": False}


def _row(row: Sequence[Panel], first: int, top: int) -> list[dict[str, Any]]:
    width = _WIDTH // len(row)
    return [
        _panel(panel, first + place, {"x": place * width, "y": top, "w": width, "h": _HEIGHT})
        for place, panel in enumerate(row)
    ]


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.about,
        "datasource": _SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True}},
        "targets": [
            {
                "refId": chr(ord("A") + letter),
                "datasource": _SOURCE,
                "expr": query,
                "legendFormat": legend,
            }
            for letter, (legend, query) in enumerate(panel.queries.items())
        ],
    }
