"""How a crawler behaved, read from the packet log of the nodes."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

Packets = list[dict[str, Any]]
SAMPLE = "'sample_infohashes'"
"""What the text of a packet that asks for a sample holds."""


def of(packets: Iterable[dict[str, Any]], ip: str) -> Packets:
    """The packets that came from an address."""
    return [each for each in packets if each["from"].rpartition(":")[0] == ip]


def interval_violations(packets: Packets, interval: float) -> list[tuple[int, float]]:
    """(node, seconds) of each sample that came sooner after the one before than the node's interval
    allows.
    """
    last: dict[int, float] = {}
    found = []
    for each in sorted(packets, key=lambda packet: packet["t"]):
        if SAMPLE in each["text"]:
            node, moment = each["node"], each["t"]
            if node in last and moment - last[node] < interval:
                found.append((node, moment - last[node]))
            last[node] = moment
    return found


def limit_violations(packets: Packets, rate: float, burst: float, *, slack: float = 1.0) -> int:
    """Packets that came when the node's bucket for this address was empty.

    `slack` is in packets: the log notes when a busy process read a packet, not when it came.
    """
    tokens: dict[int, tuple[float, float]] = {}
    violations = 0
    for each in sorted(packets, key=lambda packet: packet["t"]):
        have, at = tokens.get(each["node"], (burst + slack, each["t"]))
        have = min(burst + slack, have + (each["t"] - at) * rate)
        if have < 1:
            violations += 1
            have = 1
        tokens[each["node"]] = have - 1, each["t"]
    return violations


def most_in(packets: Packets, seconds: float) -> int:
    """The most packets that one node got in a window of so many seconds."""
    times: dict[int, list[float]] = defaultdict(list)
    for each in packets:
        times[each["node"]].append(each["t"])
    most = 0
    for moments in times.values():
        moments.sort()
        start = 0
        for end, moment in enumerate(moments):
            while moment - moments[start] > seconds:
                start += 1
            most = max(most, end - start + 1)
    return most
