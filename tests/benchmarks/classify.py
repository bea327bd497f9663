"""How many torrents a second one core classifies: `python -m tests.benchmarks.classify [NAMES]`.

Without NAMES the cascade reads the seeded mix of `tests.benchmarks.torrents`; NAMES is a file that
`python -m models classify` reads (JSON lines or plain names, also .gz). The BERT then reads every
name, shortest first, and the two parsers guessit and parsett, which answer another question (title,
season, codec), are timed on some of the same names for scale. One thread, one process; the machine
must be idle for the figures to mean anything.
"""

import argparse
import gzip
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

from rich.console import Console  # noqa: E402 (numpy reads the variables above when it is imported)
from rich.table import Table  # noqa: E402

from models import registry  # noqa: E402
from models.classify.cascade import CascadeStage, Classifier  # noqa: E402
from models.classify.cli import BadLine, subject_from  # noqa: E402
from models.classify.ensemble import Ensemble  # noqa: E402
from models.content.subject import NamedSubject  # noqa: E402
from models.evaluation.cases import case_from  # noqa: E402
from tests.benchmarks.torrents import mix  # noqa: E402

_PARSED = 300
"""Names that the parsers are timed on: guessit reads about 100 a second."""


def read(path: Path) -> list[NamedSubject]:
    """Subjects of a file; bad lines are left out."""
    out = []
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                out.append(subject_from(line))
            except BadLine:
                continue
    return out


def timed(
    classifier: Classifier, subjects: Sequence[NamedSubject], batch: int
) -> tuple[float, Counter[str]]:
    """Torrents a second, and how many each stage decided."""
    classifier.classify(subjects[:batch])
    start, sources = time.perf_counter(), Counter[str]()
    for first in range(0, len(subjects), batch):
        for verdict in classifier.classify(subjects[first : first + batch]):
            sources[
                f"{verdict.source} ({verdict.rule})"
                if verdict.rule == "ngrams"
                else str(verdict.source)
            ] += 1
    return len(subjects) / (time.perf_counter() - start), sources


def parsers(names: Sequence[str]) -> dict[str, float]:
    """Names a second of guessit and parsett."""
    from guessit import guessit  # type: ignore[import-untyped]
    from PTT import parse_title  # type: ignore[import-untyped]

    out = {}
    for label, parse in (("guessit", guessit), ("parsett (PTT)", parse_title)):
        parse(names[0])
        start = time.perf_counter()
        for name in names:
            parse(name)
        out[label] = len(names) / (time.perf_counter() - start)
    return out


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="?", type=Path)
    parser.add_argument(
        "--count", type=int, default=3000, help="torrents to read or make (default: 3000)"
    )
    options = parser.parse_args()
    try:
        subjects = (
            read(options.names)[: options.count]
            if options.names
            else [case_from(c).subject for c in mix(options.count)]
        )
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    manifest = registry.load("classify")
    learnt = Ensemble.load(manifest)
    files = sum(1 for subject in subjects if subject.files)
    title = f"{manifest.label}, {len(subjects)} torrents, {files} with files, one thread"
    table = Table("", "batch", "torrents/s", "decided by", title=title)
    every = Classifier(learnt, manifest, (CascadeStage.BERT,), spare=False)
    by_length = sorted(
        (NamedSubject(subject.name) for subject in subjects), key=lambda subject: len(subject.name)
    )
    for label, classifier, read_by, batches in (
        ("cascade", Classifier(learnt, manifest), subjects, (1, 16, 64, 256)),
        ("BERT and linear on every name, shortest first", every, by_length, (1, 16, 64, 256)),
        ("extensions and patterns", Classifier(None, manifest), subjects, (64,)),
    ):
        for batch in batches:
            rate, sources = timed(classifier, read_by, batch)
            table.add_row(
                label,
                str(batch),
                f"{rate:,.0f}",
                ", ".join(f"{k} {v}" for k, v in sources.most_common()),
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for label, rate in parsers([subject.name for subject in subjects[:_PARSED]]).items():
        table.add_row(label, "1", f"{rate:,.0f}", "")
    console = Console()
    console.print(table)
    console.print(f"peak memory of this process before the parsers: {peak:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
