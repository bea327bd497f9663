"""How quick `mimmo tui` is, in a real terminal: `python -m tests.benchmarks.terminal --dsn URI`.

The program runs in a pseudo-terminal of 80 by 24 on a database of many rows. It is measured from
outside: from the bytes of a key to the bytes of what is painted. `--fill N` makes a database with N
invented rows first.
"""

import argparse
import asyncio
import os
import re
import statistics
import sys
import time
from pathlib import Path

import asyncpg

from infra.postgres.migrate import migrate
from tests.benchmarks.generated import fill
from tests.unit.terminal.pseudo_terminal import PseudoTerminal

DOWN = b"\x1b[B"
END = b"\x1b[F"
FIRST = rb"\d\+? (?:shown|found)"
"""What the last line of the screen says when a first page is there."""


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


PLACE = re.compile(rb"([\d,]+)/[\d,]+")


class Terminal(PseudoTerminal):
    """A program in a pseudo-terminal, with a clock and a look at its memory."""

    def __init__(self, arguments: list[str]) -> None:
        self.began = time.perf_counter()
        super().__init__(arguments, {"TERM": "xterm-256color"})

    def send(self, keys: bytes) -> float:
        """Send keys; the moment."""
        os.write(self.master, keys)
        return time.perf_counter()

    def settle(self, quiet: float) -> bytes:
        """Everything until nothing is written for so long; a cursor blinks twice a second."""
        written = b""
        while piece := self.read(min(quiet, 0.3)):
            written += piece
        return written

    def moment_of(self, pattern: bytes, within: float) -> float:
        """Read until a pattern is written anew; the moment."""
        self.written = b""
        self.until(pattern, within)
        return time.perf_counter()

    def memory(self) -> dict[str, float]:
        """MB of resident memory: now, and at most so far."""
        text = Path(f"/proc/{self.pid}/status").read_text()
        kinds = {"now": "VmRSS", "most": "VmHWM"}
        return {
            kind: int(re.search(rf"{name}:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]
            for kind, name in kinds.items()
        }


def measure(dsn: str, words: list[str], rows: int) -> None:
    """Print what was measured."""
    terminal = Terminal(["tui", "--dsn", dsn])
    first = terminal.moment_of(FIRST, 60) - terminal.began
    say(f"from start to the first page: {first * 1000:.0f} ms")
    terminal.settle(1.5)
    pages = []
    for word in words:
        for letter in word:
            pressed = terminal.send(letter.encode())
            time.sleep(0.03)
        pages.append(terminal.moment_of(FIRST, 30) - pressed)
        terminal.settle(1.0)
        terminal.send(b"\x7f" * len(word))
        terminal.moment_of(FIRST, 30)
        terminal.settle(1.0)
    shown = ", ".join(f"{seconds * 1000:.0f}" for seconds in pages)
    say(f"from the last key to the first page (150 ms of them are waited): {shown} ms")
    terminal.send(b"\r")
    terminal.settle(0.5)
    paints = []
    for _ in range(200):
        pressed = terminal.send(DOWN)
        if not terminal.read(2):
            raise TimeoutError("nothing was painted")
        paints.append(time.perf_counter() - pressed)
        terminal.settle(0.01)
    paints.sort()
    p95 = paints[round(len(paints) * 0.95) - 1]
    middle = statistics.median(paints)
    say(f"from key to paint: median {middle * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms")
    say(f"memory before: {terminal.memory()}")
    began = time.perf_counter()
    written = b""
    while (place := place_in(written)) < rows:
        terminal.send(END)
        written = terminal.settle(0.08) or written
    say(f"{place:,} rows scrolled in {time.perf_counter() - began:.1f} s: {terminal.memory()}")
    terminal.close()


def place_in(written: bytes) -> int:
    """The line that the cursor is on, as the last line of the screen says; 0 if it does not."""
    places = PLACE.findall(written)
    return int(places[-1].replace(b",", b"")) if places else 0


async def _filled(dsn: str, rows: int) -> None:
    db = await asyncpg.connect(dsn)
    await migrate(db)
    await fill(db, rows, say)
    await db.execute("ANALYZE")
    await db.close()


def main() -> int:
    """Fill if asked, then measure."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--dsn", required=True)
    reading.add_argument("--fill", type=int, metavar="ROWS", help="an empty database first")
    reading.add_argument("--words", nargs="*", default=["bababa", "rere", "loba"])
    reading.add_argument("--rows", type=int, default=10_000)
    chosen = reading.parse_args()
    if chosen.fill:
        asyncio.run(_filled(chosen.dsn, chosen.fill))
    measure(chosen.dsn, chosen.words, chosen.rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
