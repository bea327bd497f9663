"""What a step costs is counted where it is done, and pauses cost nothing."""

import asyncio
import time

import pytest

from streams.kafka.metered import in_thread, metered


class Notes:
    """A meter that remembers."""

    def __init__(self) -> None:
        self.cpu: dict[str, float] = {}
        self.seconds: dict[str, float] = {}

    def spent(self, step: str, cpu: float, seconds: float = 0.0) -> None:
        self.cpu[step] = self.cpu.get(step, 0.0) + cpu
        self.seconds[step] = self.seconds.get(step, 0.0) + seconds


def busy(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


async def test_the_work_of_others_in_a_pause_is_not_counted() -> None:
    notes = Notes()

    async def mine() -> str:
        busy(0.02)
        await asyncio.sleep(0)
        busy(0.02)
        return "done"

    async def others() -> None:
        for _ in range(5):
            busy(0.05)
            await asyncio.sleep(0)

    answer, _ = await asyncio.gather(metered(notes, "handle", mine()), others())
    assert answer == "done"
    assert 0.04 <= notes.cpu["handle"] < 0.2  # it would be 0.29 with theirs
    assert notes.seconds["handle"] >= 0.09


async def test_a_failure_comes_through_and_is_counted() -> None:
    notes = Notes()

    async def failing() -> None:
        busy(0.01)
        await asyncio.sleep(0)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await metered(notes, "handle", failing())
    assert notes.cpu["handle"] >= 0.01


async def test_a_cancellation_reaches_the_work() -> None:
    notes, reached = Notes(), []

    async def waiting() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            reached.append(True)
            raise

    task = asyncio.create_task(metered(notes, "publish", waiting()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert reached == [True]
    assert "publish" in notes.cpu


async def test_a_thread_counts_its_own_time_and_no_waiting() -> None:
    notes = Notes()

    def work(items: list[int]) -> int:
        busy(0.02)
        time.sleep(0.5)
        return sum(items)

    assert await asyncio.to_thread(in_thread(notes, "handle", work), [1, 2]) == 3
    assert 0.02 <= notes.cpu["handle"] < 0.4
