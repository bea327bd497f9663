"""Two parsers of torrent names as a measure of the machine: CPU milliseconds a name.

A machine may be three times slower a minute later, because its neighbours work. A ratio to what
parsett takes for the same names at the same time says the same everywhere.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from guessit import guessit  # type: ignore[import-untyped]
from PTT import parse_title  # type: ignore[import-untyped]

PARSETT_NAMES = 400
"""Names of a block: about half a second."""
GUESSIT_NAMES = 40
"""guessit reads a tenth of parsett's names in a second."""


@dataclass
class Parser:
    """What one parser took so far."""

    name: str
    parse: Callable[[str], object]
    cpu: float = 0.0
    names: int = 0

    @property
    def milliseconds(self) -> float:
        """CPU milliseconds a name."""
        return self.cpu / self.names * 1000 if self.names else 0.0


class Yardstick:
    """Parses blocks of names of the dump, now and then, and adds up what it took."""

    def __init__(self, names: Sequence[str]) -> None:
        shuffled = list(names)
        random.Random(1).shuffle(shuffled)
        self._names = cycle(shuffled)
        self.parsett = Parser("parsett", parse_title)
        self.guessit = Parser("guessit", guessit)
        self.blocks: list[float] = []
        """What each block of parsett's took, in milliseconds a name: how steady the machine is."""
        for parser in (self.parsett, self.guessit):
            parser.parse(shuffled[0])  # what is compiled at the first call is not counted

    def block(self, *, guessit: bool = False) -> None:
        """Parses one block; both parsers the same kind of names, guessit fewer."""
        names = list(islice(self._names, PARSETT_NAMES))
        before = self.parsett.cpu
        self._parse(self.parsett, names)
        self.blocks.append((self.parsett.cpu - before) / len(names) * 1000)
        if guessit:
            self._parse(self.guessit, names[:GUESSIT_NAMES])

    def _parse(self, parser: Parser, names: Sequence[str]) -> None:
        began = time.thread_time()
        for name in names:
            parser.parse(name)
        parser.cpu += time.thread_time() - began
        parser.names += len(names)
