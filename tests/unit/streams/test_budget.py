"""The budget of the GGUF workers: a share by infohash, a rate for the whole group."""

from hypothesis import given
from hypothesis import strategies as st

from streams.pipeline.budget import SECONDS_SAVED, Budget


def infohash(number: int) -> str:
    return f"{number * 2654435761 % 2**32:08x}{number:032x}"


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_share_is_drawn_by_infohash_and_is_always_the_same() -> None:
    names = [infohash(number) for number in range(2_000)]
    chosen = [name for name in names if Budget(0.1).allows(name)]
    assert 150 < len(chosen) < 250
    assert chosen == [name for name in names if Budget(0.1).allows(name)]
    assert not any(Budget(0.0).allows(name) for name in names)
    assert all(Budget(1.0).allows(name) for name in names)


def test_the_rate_is_that_of_the_group_however_the_partitions_are_shared() -> None:
    clock = Clock()
    alone = Budget(1.0, 6.0, partitions=12, clock=clock)
    pair = (
        Budget(1.0, 6.0, partitions=12, clock=clock),
        Budget(1.0, 6.0, partitions=12, clock=clock),
    )
    counts = {"alone": 0, "pair": 0}
    for second in range(1, 201):
        clock.now = float(second)
        for number in range(60):
            name = infohash(60 * second + number)
            counts["alone"] += alone.allows(name)
            # Kafka gives each partition to one of the two; any split by key will do here.
            counts["pair"] += pair[hash_partition(name) % 2].allows(name)
    assert counts["alone"] == counts["pair"]
    assert (
        1_150 < counts["alone"] < 1_250
    )  # 6 a second for 200 seconds, and one token in each bucket to begin with


def hash_partition(name: str) -> int:
    from aiokafka.partitioner import murmur2

    return (murmur2(name.encode()) & 0x7FFFFFFF) % 12


@given(st.lists(st.floats(0, 5_000), min_size=1, max_size=20))
def test_whatever_the_clock_does_a_burst_is_bounded(moments: list[float]) -> None:
    clock = Clock()
    rate = 1.2
    budget = Budget(1.0, rate, partitions=1, clock=clock)
    spent = 0
    for moment in sorted(moments):
        clock.now = moment
        burst = 0
        while budget.allows(infohash(burst)):
            burst += 1
        assert burst <= max(1.0, rate * SECONDS_SAVED)
        spent += burst
    assert 1 <= spent <= 1 + rate * max(moments) + 1e-6
