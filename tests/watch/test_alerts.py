"""The dashboard is what its builder says, and every alert fires, is silent, and says what to do."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram

from infra.postgres.sizes import Sizes, TableSize
from infra.watch import dashboard
from infra.watch.__main__ import main
from infra.watch.panels import ROWS
from streams.crawl import report
from streams.operate import metrics
from streams.web.models.database import Database
from streams.web.models.metrics import Telemetry
from tests.support import ROOT
from tests.watch.programs import INSTALL, program

WATCH = ROOT / "infra" / "watch"
CASES = ROOT / "tests" / "watch" / "rules_test.yml"
NOT_DRAWN = {
    "mimmo_batch_seconds_bucket",  # the age of records has it in it
    "mimmo_step_seconds_total",  # for who looks where time goes
    "mimmo_model_results",
    "mimmo_model_corrections",
    "mimmo_model_rows",
}
"""Metrics without a panel and without an alert."""

FIRING = re.compile(r'ALERTS\{alertname="(\w+)"')


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((WATCH / "rules.yml").read_text(encoding="utf-8"))["groups"]
    alerts: list[dict[str, Any]] = group["rules"]
    return alerts


def promtool(*arguments: str) -> str:
    done = subprocess.run(
        [program("promtool"), *arguments],
        text=True,
        capture_output=True,
        timeout=240,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_dashboard_that_is_kept_is_what_the_builder_writes() -> None:
    assert dashboard.PATH.read_text(encoding="utf-8") == dashboard.text(), "python -m infra.watch"


def test_the_command_says_when_the_dashboard_is_stale(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "dashboard.json"
    monkeypatch.setattr("infra.watch.__main__.PATH", kept)
    assert main(["--check"]) == 1
    assert "stale: python -m infra.watch" in capsys.readouterr().out
    assert main([]) == 0
    assert main(["--check"]) == 0
    assert kept.read_text(encoding="utf-8") == dashboard.text()


def test_panels_stand_side_by_side_and_say_what_they_show() -> None:
    panels = dashboard.dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (column, line)
            for column in range(place["x"], place["x"] + place["w"])
            for line in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & places, panel["title"]
        places |= cells
        if panel["type"] != "row":
            assert panel["description"]
            assert panel["targets"]


def told_by_processes() -> dict[str, set[str]]:
    """The labels of every metric of ours, by the name that Prometheus has it under."""
    families = [
        *Telemetry([], {}).collect(),
        *Database(Sizes(1, (TableSize("public.torrents", 1, 1, 0, None),))).collect(),
    ]
    labels = {family.name: set(getattr(family, "_labelnames", ())) for family in families}
    for metric in (*vars(metrics).values(), *vars(report).values()):
        if isinstance(metric, Counter | Gauge | Histogram):
            (family,) = metric.describe()
            suffix = {"counter": "_total", "histogram": "_bucket"}.get(family.type, "")
            labels[family.name + suffix] = set(metric._labelnames)
    return labels


def test_panels_and_alerts_ask_for_metrics_and_labels_that_there_are() -> None:
    known = told_by_processes()
    asked = [
        (query, set(re.findall(r"\{\{(\w+)\}\}", legend)))
        for row in ROWS.values()
        for panel in row
        for legend, query in panel.queries.items()
    ]
    asked += [(rule["expr"], set()) for rule in rules()]
    for query, legend in asked:
        for name in re.findall(r"mimmo_\w+", query):
            assert name in known, query
            assert legend <= known[name] | {"process", "instance"}, query
    told = {name for query, _ in asked for name in re.findall(r"mimmo_\w+", query)}
    assert known.keys() - told <= NOT_DRAWN


def test_prometheus_accepts_the_rules_and_the_settings() -> None:
    assert f"{len(rules())} rules found" in promtool("check", "rules", str(WATCH / "rules.yml"))
    promtool("check", "config", str(WATCH / "prometheus.yml"))


def test_every_alert_fires_where_it_should_and_is_silent_on_what_is_usual() -> None:
    assert "SUCCESS" in promtool("test", "rules", str(CASES))


def test_every_alert_has_a_case_that_fires_and_one_that_is_silent() -> None:
    told: dict[str, set[bool]] = {}
    for case in yaml.safe_load(CASES.read_text(encoding="utf-8"))["tests"]:
        for question in case["promql_expr_test"]:
            (alert,) = FIRING.findall(question["expr"])
            told.setdefault(alert, set()).add(bool(question["exp_samples"]))
    assert told == {rule["alert"]: {True, False} for rule in rules()}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_every_alert_leads_to_a_section_that_says_what_to_do(rule: dict[str, Any]) -> None:
    notes = rule["annotations"]
    assert notes.keys() == {"summary", "description", "action"}
    path, _, anchor = notes["action"].partition("#")
    assert anchor == rule["alert"].lower()
    text = (ROOT / path).read_text(encoding="utf-8")
    assert f"### {rule['alert']}\n" in text


def test_without_the_programs_a_test_is_left_out_or_fails_where_they_are_required(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("MIMMO_REQUIRE_PROMETHEUS", raising=False)
    with pytest.raises(pytest.skip.Exception, match=INSTALL.format("promtool")):
        program("promtool")
    monkeypatch.setenv("MIMMO_REQUIRE_PROMETHEUS", "1")
    with pytest.raises(pytest.fail.Exception, match=INSTALL.format("promtool")):
        program("promtool")
