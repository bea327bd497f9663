"""How a consumer of the pipeline joins its group."""

from pathlib import Path

from infra.settings import Settings
from schemas.topics import DISCOVERED
from streams.kafka.consumer import BatchConsumer

SEEN_TO_ROW = 0.25
"""Seconds, the median at a hundred events a second that the project asks of itself."""
LEAST_SESSION = 6.0
"""Seconds, `group.min.session.timeout.ms` of a broker as it comes."""


async def test_a_silent_member_counts_as_dead_after_the_session_of_the_settings(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path, session_timeout=11.5)
    consumer = BatchConsumer(settings, [DISCOVERED], group="a", batch_size=10)
    try:
        assert consumer._consumer._session_timeout_ms == 11_500
    finally:
        await consumer.stop()


def test_by_default_a_killed_workers_partitions_wait_no_longer_than_a_broker_asks() -> None:
    assert Settings.model_fields["session_timeout"].default == LEAST_SESSION


def test_by_default_two_waits_for_a_batch_leave_half_of_the_time_to_the_work() -> None:
    waits = 2 * Settings.model_fields["batch_within"].default / 2
    assert waits <= SEEN_TO_ROW / 2
