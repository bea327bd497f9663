"""How many torrents a second one core classifies: `python -m tests.benchmarks.classify [NAMES]`.

NAMES is a file that `python -m models classify` reads (JSON lines or plain names, also .gz); without it a seeded mix is
made: 40 % with file lists, a third of all decided by extensions. The machine must be idle for the figures to mean anything.
"""

import argparse
import gzip
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from models import registry
from models.classify.bert import Bert
from models.classify.cascade import CascadeStage, Classifier
from models.classify.cli import BadLine, subject_from
from models.classify.subject import NamedSubject
from schemas import TorrentFile

_WORDS = "paper harbour lantern street low tide fog tycoon robots tea house captain winter garden silver river night".split()  # noqa: SIM905


def mix(count: int, seed: int = 1) -> list[NamedSubject]:
    """Invented torrents of every medium: names of 3 to 9 words with the marks of their kind, some with files."""
    rng = random.Random(seed)
    out = []
    for _ in range(count):
        title = " ".join(rng.choices(_WORDS, k=rng.randint(2, 5))).title()
        year = rng.randint(1960, 2024)
        name, ending, files = rng.choice(
            [
                (f"{title} ({year}) [FLAC]", "flac", 12),
                (f"{title} - {title}", "mp3", 10),
                (f"{title.replace(' ', '.')}.S0{rng.randint(1, 9)}E0{rng.randint(1, 9)}.1080p.WEB.x264", "mkv", 1),
                (f"{title} {year}", "mkv", 1),
                (f"{title} - A Novel", "epub", 1),
                (f"{title} v{rng.randint(1, 9)}.{rng.randint(0, 9)} x64 Portable", "rar", 2),
                (title, "zip", 1),
            ]
        )
        listed = tuple(TorrentFile(path=f"{i:02d} {title}.{ending}", size=rng.randint(1, 2**30)) for i in range(1, files + 1))
        out.append(NamedSubject(name, None, listed if rng.random() < 0.4 else None))
    return out


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


def timed(classifier: Classifier, subjects: Sequence[NamedSubject], batch: int) -> tuple[float, Counter[str]]:
    """Torrents a second, and how many each stage decided."""
    classifier.classify(subjects[:batch])
    start, sources = time.perf_counter(), Counter[str]()
    for first in range(0, len(subjects), batch):
        sources.update(str(v.source) for v in classifier.classify(subjects[first : first + batch]))
    return len(subjects) / (time.perf_counter() - start), sources


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="?", type=Path)
    parser.add_argument("--count", type=int, default=2000, help="torrents to read or make (default: 2000)")
    options = parser.parse_args()
    try:
        subjects = read(options.names)[: options.count] if options.names else mix(options.count)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    manifest, bert = registry.load("classify"), Bert.load(threads=1)
    cheap = (CascadeStage.EXTENSIONS, CascadeStage.PATTERNS)
    table = Table("", "batch", "torrents/s", "decided by", title=f"{manifest.label}, {len(subjects)} torrents, one thread")
    for label, stages, batches in (
        ("cascade", tuple(CascadeStage), (1, 16, 64, 256)),
        ("BERT on everything", (CascadeStage.BERT,), (1, 16, 64, 256)),
        ("extensions and patterns", cheap, (64,)),
    ):
        for batch in batches:
            rate, sources = timed(Classifier(bert, manifest, stages), subjects, batch)
            table.add_row(label, str(batch), f"{rate:,.0f}", ", ".join(f"{k} {v}" for k, v in sources.most_common()))
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
