"""Peers that a crawler may meet: honest ones, and everything else.

Each is a behaviour on a TCP connection; `CASES` has them all, with what must become of it.
"""

from streams.lab.dht.peers import absent, good, hostile, unfit
from streams.lab.dht.peers.absent import lies_four_megabytes_and_sends_nothing, silent
from streams.lab.dht.peers.announce import announce
from streams.lab.dht.peers.black_hole import BlackHole
from streams.lab.dht.peers.good import honest
from streams.lab.dht.peers.peer import (
    CASES,
    INFO,
    INFOHASH,
    MIB,
    Behaviour,
    Case,
    Peer,
    encoded,
    serving,
)

__all__ = [
    "CASES",
    "INFO",
    "INFOHASH",
    "MIB",
    "Behaviour",
    "BlackHole",
    "Case",
    "Peer",
    "absent",
    "announce",
    "encoded",
    "good",
    "honest",
    "hostile",
    "lies_four_megabytes_and_sends_nothing",
    "serving",
    "silent",
    "unfit",
]
