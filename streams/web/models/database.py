"""Metrics of the database: sizes and dead rows, asked once a minute however often it is scraped."""

import time
from collections.abc import Iterator

import asyncpg
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from infra.postgres.sizes import Sizes, sizes

EVERY_SECONDS = 60.0


class Looks:
    """The last look at the sizes of a database."""

    def __init__(self) -> None:
        self._told: Sizes | None = None
        self._at = 0.0

    async def sizes(self, connection: asyncpg.Connection) -> Sizes:
        """The sizes, at most a minute old."""
        now = time.monotonic()
        if self._told is None or now - self._at >= EVERY_SECONDS:
            self._told = await sizes(connection)
            self._at = now
        return self._told


class Database(Collector):
    """The metrics of one look."""

    def __init__(self, told: Sizes) -> None:
        self._told = told

    def collect(self) -> Iterator[Metric]:
        """Each metric, with a sample for each table."""
        yield GaugeMetricFamily(
            "mimmo_postgres_bytes", "Size of the database.", value=self._told.bytes
        )
        sizes = _gauge("table_bytes", "Size of a table with its indexes.")
        live = _gauge("live_rows", "Rows of a table, as Postgres estimates them.")
        dead = _gauge("dead_rows", "Rows that a vacuum has not cleared away yet, estimated.")
        vacuumed = _gauge("vacuumed_timestamp_seconds", "When a table was vacuumed last.")
        for table in self._told.tables:
            sizes.add_metric([table.name], table.bytes)
            live.add_metric([table.name], table.live)
            dead.add_metric([table.name], table.dead)
            if table.vacuumed_at is not None:
                vacuumed.add_metric([table.name], table.vacuumed_at)
        yield from (sizes, live, dead, vacuumed)


def _gauge(name: str, about: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"mimmo_postgres_{name}", about, labels=["table"])
