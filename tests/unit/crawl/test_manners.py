"""Who is written to, how fast, and under which id."""

import pytest

from streams.crawl.addresses import is_allowed, node_id
from streams.crawl.limits import Bucket, Limits


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(rate=1, burst=4, tokens=4, at=0)
    assert [bucket.reserve(0) for _ in range(7)] == [0, 0, 0, 0, 1, 2, 3]
    assert bucket.reserve(100) == 0


def test_an_address_has_no_burst_just_after_the_start_and_old_ones_are_forgotten() -> None:
    now = [0.0]
    limits = Limits(1_000, 1, 4, clock=lambda: now[0], kept=2)
    assert [round(limits._bucket("a").reserve(now[0]), 3) for _ in range(3)] == [1, 2, 3]
    now[0] = 10
    assert [limits._bucket("b").reserve(now[0]) for _ in range(4)] == [0, 0, 0, 0]
    limits._bucket("c")
    assert len(limits) == 2


@pytest.mark.parametrize(
    ("ip", "prefix"),
    [
        ("124.31.75.21", "5fbfbf"),
        ("21.75.31.124", "5a3ce9"),
        ("65.23.51.170", "a5d432"),
        ("84.124.73.14", "1b0321"),
        ("43.213.53.83", "e56f6c"),
    ],
)
def test_node_ids_are_those_of_bep_42(
    ip: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # BEP 42's vectors: the last byte is the random number, and 21 bits are fixed.
    rand = {
        "124.31.75.21": 1,
        "21.75.31.124": 86,
        "65.23.51.170": 22,
        "84.124.73.14": 65,
        "43.213.53.83": 90,
    }[ip]
    monkeypatch.setattr("os.urandom", lambda count: bytes(count - 1) + bytes((rand,)))
    identity = node_id(ip)
    wanted = bytes.fromhex(prefix)
    assert (identity[:2], identity[2] & 0xF8, identity[19]) == (wanted[:2], wanted[2] & 0xF8, rand)


def test_the_lab_is_loopback_and_the_world_is_not() -> None:
    assert is_allowed(("127.0.3.4", 20_000), lab=True)
    assert not is_allowed(("8.8.8.8", 20_000), lab=True)
    assert not is_allowed(("127.0.3.4", 20_000), lab=False)
    assert is_allowed(("8.8.8.8", 20_000), lab=False)
    assert is_allowed(("2a00:1450::1", 20_000), lab=False)
