"""How fast links are found, and what the index costs: `python -m tests.benchmarks.match`.

For each size (artists:release groups) a catalogue is generated (`streams.lab.catalogue`), imported,
and asked its cases: names as they are, slips of the pen, titles that an artist never made, artists
that are not there, albums with track lists, one of each kind in turn. Every query is another one,
so the matcher's cache helps none of them. One thread; the machine must be idle for the figures to
mean anything. The full size (2.7 M artists, 4.0 M release groups) takes some 15 minutes and 6 GB of
disk; a catalogue and an index that are there already are used again.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rich.table import Table

from models.evaluation import frame

SIZES = ("20000:30000", "500000:750000", "2700000:4000000")
KINDS = ("generated", "slips", "missing", "absent", "cddb")
BUILT = "built.json"


def ask(index: str, folder: Path, most: int) -> dict[str, Any]:
    """Answer the cases one by one; seconds of each and the memory of this process."""
    import resource

    from models.evaluation import linking
    from models.match.matcher import Matcher

    queries = []
    for kind in KINDS:
        cases = linking.read(folder / "cases" / f"{kind}.jsonl")
        random.Random(5).shuffle(cases)
        queries += [(kind, case.query) for case in cases[: most // len(KINDS)]]
    random.Random(7).shuffle(queries)
    matcher = Matcher.open(Path(index))
    matcher.match([query for _, query in queries[:50]])
    spent: list[tuple[str, float]] = []
    for kind, query in queries[50:]:
        start = time.perf_counter()
        matcher.match([query])
        spent.append((kind, time.perf_counter() - start))
    return {"spent": spent, "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def measured(arguments: list[str], log: Path) -> tuple[float, float]:
    """Seconds and MiB at most of a command of ours.

    Raises:
        subprocess.CalledProcessError: it failed; the log says why.
    """
    start = time.perf_counter()
    with log.open("wb") as stream:
        process = subprocess.Popen([sys.executable, "-m", *arguments], stdout=stream, stderr=stream)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments, log.read_bytes()[-2000:])
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def built(folder: Path, size: str, data: Path) -> dict[str, Any]:
    """The catalogue and index of a size; made if they are not there."""
    note, index = folder / BUILT, folder / "index"
    log = folder.with_suffix(".log")
    if not (folder / "cases" / f"{KINDS[0]}.jsonl").is_file():
        artists, groups = size.split(":")
        sizes = ["--artists", artists, "--groups", groups, "--data", str(data)]
        measured(["streams.lab.catalogue", str(folder), *sizes], log)
    if not note.is_file():
        dumps = [str(folder), str(folder), "--releases", str(folder)]
        where = ["--index", str(index), "--index-only"]
        seconds, mib = measured(["streams.musicbrainz", "import", *dumps, *where], log)
        note.write_text(json.dumps({"seconds": seconds, "mib": mib}))
    files = [path for path in (index / "versions").rglob("*") if path.is_file()]
    costs: dict[str, Any] = json.loads(note.read_text())
    return {**costs, "index": sum(path.stat().st_size for path in files) / 2**20}


def percentile(values: list[float], share: float) -> float:
    """The value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def asked(folder: Path, most: int) -> dict[str, Any]:
    """What `ask` says, in a process of its own: the memory of one size is not that of another."""
    arguments = ["-m", "tests.benchmarks.match", "--ask", str(folder), "--queries", str(most)]
    told = subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True
    ).stdout
    answer: dict[str, Any] = json.loads(told)
    return answer


def report(sizes: list[str], work: Path, data: Path, most: int) -> list[Table]:
    """Measure every size."""
    whole = Table(
        "artists",
        "release groups",
        "import",
        "import RSS",
        "index",
        "lookups/s",
        "p50",
        "p95",
        "p99",
        "RSS",
        title="Linking, one core",
    )
    kinds = Table("artists", *KINDS, title="p95 by kind of query, ms")
    for size in sizes:
        artists, groups = (f"{int(count):,}" for count in size.split(":"))
        folder = work / f"catalogue-{size.split(':')[0]}"
        costs = built(folder, size, data)
        answer = asked(folder, most)
        spent = [seconds for _, seconds in answer["spent"]]
        whole.add_row(
            artists,
            groups,
            f"{costs['seconds']:.0f} s",
            f"{costs['mib']:,.0f} MiB",
            f"{costs['index']:,.0f} MiB",
            f"{len(spent) / sum(spent):,.0f}",
            *(f"{1000 * percentile(spent, share):.2f} ms" for share in (0.5, 0.95, 0.99)),
            f"{answer['rss']:,.0f} MiB",
        )
        parts = [[seconds for name, seconds in answer["spent"] if name == kind] for kind in KINDS]
        kinds.add_row(artists, *(f"{1000 * percentile(part, 0.95):.2f}" for part in parts))
    return [whole, kinds]


def main() -> int:
    reading = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.match",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    reading.add_argument(
        "--sizes",
        nargs="+",
        default=list(SIZES),
        metavar="ARTISTS:GROUPS",
        help=f"default: {' '.join(SIZES)}",
    )
    reading.add_argument(
        "--work",
        type=Path,
        default=Path(".mimmo/benchmark-match"),
        metavar="DIR",
        help="default: %(default)s",
    )
    reading.add_argument(
        "--data",
        type=Path,
        required="--ask" not in sys.argv,
        metavar="DATA",
        help="the real names: a folder with catalogue/ and linking/",
    )
    reading.add_argument(
        "--queries", type=int, default=5_000, metavar="N", help="default: %(default)s"
    )
    reading.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    chosen = reading.parse_args()
    if chosen.ask:
        sys.stdout.write(json.dumps(ask(str(chosen.ask / "index"), chosen.ask, chosen.queries)))
        return 0
    chosen.work.mkdir(parents=True, exist_ok=True)
    console = frame.console()
    for table in report(chosen.sizes, chosen.work, chosen.data, chosen.queries):
        console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
