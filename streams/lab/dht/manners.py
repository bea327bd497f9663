"""How a crawler behaved, read from the packet log of the nodes."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

Packets = list[dict[str, Any]]
SAMPLE = "'sample_infohashes'"
"""What the text of a packet that asks for a sample holds."""


def of(packets: Iterable[dict[str, Any]], ip: str) -> Packets:
    """The packets that came from an address."""
    return [packet for packet in packets if packet["from"].rpartition(":")[0] == ip]


def interval_violations(packets: Packets, interval: float) -> list[tuple[int, float]]:
    """Samples that were asked for sooner than the interval of their node allows.

    Returns the node and the seconds since the sample before.
    """
    last: dict[int, float] = {}
    violations = []
    for packet in _in_order(packets):
        if SAMPLE in packet["text"]:
            node, moment = packet["node"], packet["t"]
            if node in last and moment - last[node] < interval:
                violations.append((node, moment - last[node]))
            last[node] = moment
    return violations


def limit_violations(packets: Packets, rate: float, burst: float, *, slack: float = 1.0) -> int:
    """Packets that came when the node's bucket for this address was empty.

    `slack` is in packets: the log notes when a busy process read a packet, not when it came.
    """
    tokens: dict[int, tuple[float, float]] = {}
    violations = 0
    for packet in _in_order(packets):
        node, moment = packet["node"], packet["t"]
        have, before = tokens.get(node, (burst + slack, moment))
        have = min(burst + slack, have + (moment - before) * rate)
        if have < 1:
            violations += 1
            have = 1
        tokens[node] = have - 1, moment
    return violations


def most_in(packets: Packets, seconds: float) -> int:
    """The most packets that one node got in a window of so many seconds."""
    times: dict[int, list[float]] = defaultdict(list)
    for packet in packets:
        times[packet["node"]].append(packet["t"])
    most = 0
    for moments in times.values():
        moments.sort()
        start = 0
        for end, moment in enumerate(moments):
            while moment - moments[start] > seconds:
                start += 1
            most = max(most, end - start + 1)
    return most


def _in_order(packets: Packets) -> Packets:
    return sorted(packets, key=lambda packet: float(packet["t"]))
