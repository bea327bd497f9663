"""What a name costs: `python -m tests.benchmarks.classify [NAMES]`, as ratios to parsett.

NAMES is a dump in the format of torrents.csv (also .gz), or a file that `python -m models classify`
reads (JSON lines or plain names, also .gz); without it the cascade reads the seeded mix of
`tests.benchmarks.torrents`, half of it with files.

A machine's speed changes while it is measured. So CPU time is taken, not wall-clock, and the
cascade, the ban list and parsett read the same names in turn, block by block; the ratio is the
median of those of the blocks. guessit reads a few of the names, for scale. One thread.
"""

import argparse
import csv
import gzip
import os
import resource
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import process_time

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

from rich.console import Console  # noqa: E402 (numpy reads the variables above when it is imported)
from rich.table import Table  # noqa: E402

from models import registry  # noqa: E402
from models.ban.ban_list import BanList  # noqa: E402
from models.classify.cascade import CascadeStage, Classifier  # noqa: E402
from models.classify.cli import BadLine, subject_from  # noqa: E402
from models.classify.ensemble import Ensemble  # noqa: E402
from models.content.subject import NamedSubject  # noqa: E402
from models.evaluation.cases import case_from  # noqa: E402
from schemas import Verdict  # noqa: E402
from tests.benchmarks.torrents import mix  # noqa: E402

_PARSED = 100
"""Names that guessit is timed on: it reads about 100 a second."""

Read = Callable[[Sequence[NamedSubject]], object]


@dataclass
class Cost:
    """CPU milliseconds a name of one reader, block by block."""

    read: Read
    blocks: list[float] = field(default_factory=list)

    def take(self, subjects: Sequence[NamedSubject]) -> None:
        start = process_time()
        self.read(subjects)
        self.blocks.append(1000 * (process_time() - start) / len(subjects))


def read(path: Path) -> list[NamedSubject]:
    """Subjects of a file; bad lines are left out."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", errors="replace", newline="") as lines:
        if ".csv" in path.suffixes:
            return [NamedSubject(row["name"]) for row in csv.DictReader(lines, delimiter=";")]
        subjects = []
        for line in lines:
            try:
                subjects.append(subject_from(line))
            except BadLine:
                continue
    return subjects


def spread(subjects: list[NamedSubject], count: int) -> list[NamedSubject]:
    """So many of the subjects, from the whole of the file."""
    step = max(1.0, len(subjects) / count)
    return [subjects[int(place * step)] for place in range(min(count, len(subjects)))]


def readers(classifiers: dict[str, Classifier], bans: BanList) -> dict[str, Cost]:
    """What is measured beside parsett."""
    from PTT import parse_title

    def banned(subjects: Sequence[NamedSubject]) -> None:
        for subject in subjects:
            bans.check(subject.name, paths=[file.path for file in subject.files or ()])

    def parsett(subjects: Sequence[NamedSubject]) -> None:
        for subject in subjects:
            parse_title(subject.name)

    costs = {"parsett (PTT)": Cost(parsett)}
    costs |= {label: Cost(classifier.classify) for label, classifier in classifiers.items()}
    return costs | {"ban list": Cost(banned)}


def guessit_cost(subjects: Sequence[NamedSubject]) -> float:
    """CPU milliseconds a name of guessit."""
    from guessit import guessit

    cost = Cost(lambda names: [guessit(subject.name) for subject in names])
    cost.take(subjects[:1])
    cost.take(subjects[:_PARSED])
    return cost.blocks[-1]


def decided_by(verdicts: Sequence[Verdict]) -> str:
    """How many names each stage decided."""
    stages = Counter(
        f"{verdict.source} ({verdict.rule})" if verdict.rule == "ngrams" else str(verdict.source)
        for verdict in verdicts
    )
    return ", ".join(f"{stage} {count}" for stage, count in stages.most_common())


def measured(subjects: list[NamedSubject], batch: int) -> Table:
    """The table of costs."""
    manifest = registry.load("classify")
    learnt = Ensemble.load(manifest)
    cascade = Classifier(learnt, manifest)
    costs = readers(
        {
            "cascade": cascade,
            "BERT and linear on every name": Classifier(
                learnt, manifest, (CascadeStage.BERT,), spare=False
            ),
            "extensions and patterns": Classifier(None, manifest),
        },
        BanList.load(),
    )
    for cost in costs.values():
        cost.read(subjects[:batch])
    for first in range(0, len(subjects), batch):
        for cost in costs.values():
            cost.take(subjects[first : first + batch])
    parsett = costs["parsett (PTT)"].blocks
    costs["cascade and ban list"] = Cost(cascade.classify)
    costs["cascade and ban list"].blocks = [
        sum(pair) for pair in zip(costs["cascade"].blocks, costs["ban list"].blocks, strict=True)
    ]
    files = sum(1 for subject in subjects if subject.files)
    table = Table(
        "",
        "CPU ms a name",
        "parsett's rate x",
        title=f"{manifest.label}, {len(subjects)} torrents, {files} with files, "
        f"batches of {batch}, one thread",
        caption=decided_by(cascade.classify(subjects)),
    )
    for label, cost in costs.items():
        ratio = median(theirs / ours for theirs, ours in zip(parsett, cost.blocks, strict=True))
        table.add_row(label, f"{median(cost.blocks):.3f}", f"{ratio:.2f}")
    guessit = guessit_cost(subjects)
    table.add_row("guessit", f"{guessit:.3f}", f"{median(parsett) / guessit:.2f}")
    return table


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="?", type=Path)
    parser.add_argument(
        "--count", type=int, default=5000, help="torrents to read or make (default: 5000)"
    )
    parser.add_argument(
        "--batch", type=int, default=256, help="torrents in a batch (default: 256, the worker's)"
    )
    options = parser.parse_args()
    try:
        subjects = (
            spread(read(options.names), options.count)
            if options.names
            else [case_from(case).subject for case in mix(options.count)]
        )
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    table = measured(subjects, options.batch)
    console = Console() if sys.stdout.isatty() else Console(width=160)
    console.print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"peak memory of this process, parsers included: {peak:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
