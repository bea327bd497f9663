"""`/metrics` of the console: what telemetry counted and how large the tables are."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import asyncpg
from fastapi import APIRouter, Depends, Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

from infra.postgres import telemetry_reads as reads
from infra.postgres.telemetry_reads import Answerer, Selection, Summary
from streams.operate.drift import base_name, drift, evaluated
from streams.web.context import context_of
from streams.web.models.database import Database
from streams.web.security import reader

router = APIRouter(dependencies=[Depends(reader)])

_WEEK = timedelta(days=6)
_DRIFT = timedelta(days=90)
_LABELS = ["stage", "method", "model", "revision"]

Drift = dict[tuple[Answerer, str], float]


class Telemetry(Collector):
    """The metrics of what was counted in the last seven days."""

    def __init__(self, told: list[Summary], drifted: Drift) -> None:
        self._told = told
        self._drifted = drifted

    def collect(self) -> Iterator[Metric]:
        """Each metric, with a sample for each answerer."""
        results = _gauge("results", "Results of the last 7 days.")
        sure = _gauge("confidence_mean", "Mean confidence of the results of the last 7 days.")
        words = _gauge("corrections", "Corrections of the last 7 days that stand.", "verdict")
        rows = _gauge("rows", "Current rows that it made.")
        against = _gauge("contradicted", "Pairs of the last 7 days that contradict an earlier one.")
        pairs = _gauge("pairs", "Pairs of the last 7 days with an earlier result of an input.")
        moved = _gauge("drift_psi", "Drift of its last week.", "of")
        for summary in self._told:
            who = _names(summary.answerer)
            results.add_metric(who, summary.results)
            if summary.mean_confidence is not None:
                sure.add_metric(who, summary.mean_confidence)
            for verdict, number in summary.verdicts.items():
                words.add_metric([*who, verdict], number)
            rows.add_metric(who, summary.rows)
            pairs.add_metric(who, summary.pairs)
            against.add_metric(who, summary.contradicted)
        for (answerer, of), index in self._drifted.items():
            moved.add_metric([*_names(answerer), of], index)
        yield from (results, sure, words, rows, pairs, against, moved)


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Telemetry, the database's sizes, and of this process what Prometheus' client knows."""
    today = datetime.now(UTC).date()
    async with context_of(request).connection() as connection:
        told = await reads.summary(connection, today - _WEEK)
        drifted = await _drifted(connection, told, today)
        database = await request.app.state.looks.sizes(connection)
    registry = CollectorRegistry()
    registry.register(Telemetry(told, drifted))
    registry.register(Database(database))
    return Response(generate_latest(registry) + generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _drifted(connection: asyncpg.Connection, told: list[Summary], today: date) -> Drift:
    """The drift of the last week of each that answered in the last seven days."""
    indexes: Drift = {}
    for who in (summary.answerer for summary in told if summary.results):
        selection = Selection(who.stage, today - _DRIFT, who.method, base_name(who.model))
        days = await reads.results_by_day(connection, selection)
        weeks = drift(
            [day for day in days if day.answerer == who],
            evaluated(who.stage, who.model, who.revision),
        )
        for of, index in (("confidence", weeks[-1].confidence), ("labels", weeks[-1].labels)):
            if index is not None:
                indexes[who, of] = index
    return indexes


def _gauge(name: str, about: str, *more: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"mimmo_model_{name}", about, labels=[*_LABELS, *more])


def _names(who: Answerer) -> list[str]:
    return [who.stage, who.method, who.model, str(who.revision)]
