"""Names a second that one core extracts from: `python -m tests.benchmarks.extract [NAMES] [--llm]`.

Without NAMES it reads the names of the seeded mix of `tests.benchmarks.torrents`; NAMES is a file
of plain names or JSON lines with `name` (also .gz). Classification comes first and is not timed.
Rules, tagger and both are timed apart, then where the time of the rules goes; guessit and parsett
beside them on some of the same names; with --llm the GGUF model at batches of 1, 8 and
16. One thread, one process; the machine must be idle for the figures to mean anything.
"""

import argparse
import gzip
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

from rich.console import Console  # noqa: E402 (numpy reads the variables above when it is imported)
from rich.table import Table  # noqa: E402

from models import registry  # noqa: E402
from models.classify.cascade import Classifier  # noqa: E402
from models.content.subject import NamedSubject  # noqa: E402
from models.evaluation.cases import case_from  # noqa: E402
from models.extract.evidence.guard import evidence, folded_with_places  # noqa: E402
from models.extract.extractor import Extractor, ExtractSubject  # noqa: E402
from models.extract.names.scan import scan  # noqa: E402
from models.extract.rules.groups import release_group  # noqa: E402
from models.extract.rules.numbering import numbering  # noqa: E402
from models.extract.rules.technical import technical  # noqa: E402
from models.extract.rules.titles import video_title  # noqa: E402
from models.extract.rules.years import year  # noqa: E402
from models.extract.tagger.encode import Belief  # noqa: E402
from models.extract.tagger.run import Tagger  # noqa: E402
from schemas import EXTRACTED, MEDIUM_OF  # noqa: E402
from tests.benchmarks.classify import parsers  # noqa: E402
from tests.benchmarks.torrents import mix  # noqa: E402

_BATCH = 64
_PARSED = 300
"""Names that the parsers are timed on: guessit reads about 100 a second."""
_ASKED = 96
"""Names that the GGUF model is asked about at each batch size."""


def names_of(path: Path) -> Iterator[str]:
    """The names of a file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if text := line.strip():
                yield str(json.loads(text)["name"]) if text.startswith("{") else text


def subjects_of(names: Sequence[str]) -> list[ExtractSubject]:
    """The audio and video among the names, as the classifier sees them."""
    verdicts = Classifier.load().classify([NamedSubject(name) for name in names])
    return [
        ExtractSubject(name, None, verdict.subcategory, verdict.confidence)
        for name, verdict in zip(names, verdicts, strict=True)
        if MEDIUM_OF[verdict.subcategory] in EXTRACTED
    ]


def rate(
    subjects: Sequence[ExtractSubject], work: Callable[[Sequence[ExtractSubject]], object]
) -> float:
    """Names a second, in batches."""
    work(subjects[:_BATCH])
    _forget()
    start = time.perf_counter()
    for first in range(0, len(subjects), _BATCH):
        work(subjects[first : first + _BATCH])
    return len(subjects) / (time.perf_counter() - start)


def _forget() -> None:
    """Empty the caches: names of a benchmark must not be read twice from memory."""
    scan.cache_clear()
    folded_with_places.cache_clear()


_PARTS: dict[str, Callable[[str], object]] = {
    "scan (technical words, languages)": scan,
    "numbering": numbering,
    "year": year,
    "title": lambda name: video_title(name, None),
    "technical fields": technical,
    "release group": release_group,
    "evidence of one field": lambda name: evidence(
        name[:12], name, None, source="x", confidence=1.0
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="?", type=Path)
    parser.add_argument("--count", type=int, default=3000, help="names to read (default: 3000)")
    parser.add_argument("--llm", action="store_true", help="time the GGUF model, too")
    parser.add_argument(
        "--weights",
        type=Path,
        default=Path(".mimmo/weights"),
        help="folder of the GGUF (%(default)s)",
    )
    options = parser.parse_args()
    try:
        given = (
            list(names_of(options.names))
            if options.names
            else [case_from(case).subject.name for case in mix(options.count)]
        )
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    subjects = subjects_of(given[: options.count])
    console = Console()
    table = Table(
        "", "names/s", title=f"extraction, {len(subjects)} audio and video names, one thread"
    )
    tagger = Tagger.load()
    table.add_row("rules and tagger", f"{rate(subjects, Extractor.load().extract):,.0f}")
    table.add_row("rules alone", f"{rate(subjects, Extractor.load(tagger=False).extract):,.0f}")
    table.add_row("tagger alone", f"{rate(subjects, lambda part: _tag(tagger, part)):,.0f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for label, speed in parsers([subject.name for subject in subjects[:_PARSED]]).items():
        table.add_row(label, f"{speed:,.0f}")
    console.print(table)
    console.print(
        f"peak memory of this process, classifier included, before the parsers: {peak:.0f} MB"
    )
    parts = Table(
        "part of the rules",
        "µs a name",
        title="where the time of the rules goes (each alone, nothing remembered)",
    )
    for label, work in _PARTS.items():
        _forget()
        start = time.perf_counter()
        for subject in subjects:
            work(subject.name)
        parts.add_row(label, f"{(time.perf_counter() - start) / len(subjects) * 1e6:.0f}")
    console.print(parts)
    return _llm(subjects, options.weights, console) if options.llm else 0


def _tag(tagger: Tagger, part: Sequence[ExtractSubject]) -> object:
    return tagger.tag(
        [subject.name for subject in part],
        [Belief(subject.subcategory, subject.confidence) for subject in part],
    )


def _llm(subjects: Sequence[ExtractSubject], weights: Path, console: Console) -> int:
    from models.extract.llm.gguf import load

    table = Table("GGUF model, batch", "names/s", title="one thread")
    try:
        for batch in (1, 8, 16):
            model = load(weights, batch_size=batch)
            model.answer(subjects[:batch])
            start = time.perf_counter()
            model.answer(subjects[:_ASKED])
            table.add_row(
                str(batch), f"{min(_ASKED, len(subjects)) / (time.perf_counter() - start):.1f}"
            )
    except registry.WeightsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
