"""CPU time of extraction beside guessit and parsett: `python -m tests.benchmarks.extract [NAMES]`.

Without NAMES it reads the names of the seeded mix of `tests.benchmarks.torrents`; NAMES is a file
of plain names, JSON lines with `name`, or the rows of torrents.csv (also .gz). Classification comes
first and is not timed. Rules, tagger and both are timed in batches as large as the pipeline's, in
turn with parsett on the same names (guessit on a few of each): machines differ and change from
minute to minute, a ratio of one and the same second does not. Then where the time of the rules
goes; with --llm the GGUF model at batches of 1, 8 and 16. One thread, one process.
"""

import argparse
import gc
import gzip
import json
import os
import random
import re
import resource
import statistics
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
from models.extract.evidence.guard import evidence, folded, folded_with_places  # noqa: E402
from models.extract.extractor import Extractor, ExtractSubject  # noqa: E402
from models.extract.names.scan import scan  # noqa: E402
from models.extract.rules.groups import release_group  # noqa: E402
from models.extract.rules.numbering import numbering  # noqa: E402
from models.extract.rules.technical import technical  # noqa: E402
from models.extract.rules.titles import video_title  # noqa: E402
from models.extract.rules.years import year  # noqa: E402
from models.extract.tagger.encode import Belief  # noqa: E402
from models.extract.tagger.run import Tagger  # noqa: E402
from schemas import EXTRACTED, MEDIUM_OF, Method  # noqa: E402
from tests.benchmarks.torrents import mix  # noqa: E402

_BATCH = 256
"""Names in a batch, as many as the pipeline's (`STREAMS_BATCH_SIZE`)."""
_WARM = 1024
"""Names that are read before anything is timed: caches of words are full in a worker."""
_FEW = 12
"""Names of each batch that guessit is timed on: it reads about 100 a second."""
_SLOW, _PARSETT = "guessit", "parsett"
_ROW = re.compile(r"[0-9a-fA-F]{40};")
_ASKED = 96
"""Names that the GGUF model is asked about at each batch size."""


def names_of(path: Path) -> Iterator[str]:
    """The names of a file: plain, JSON lines, or torrents.csv with its header."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            text = line.strip()
            if text.startswith("{"):
                yield str(json.loads(text)["name"])
            elif _ROW.match(text):
                yield text.split(";", 1)[1].rsplit(";", 6)[0]
            elif text and not text.startswith("infohash;"):
                yield text


def subjects_of(names: Sequence[str]) -> list[ExtractSubject]:
    """The audio and video among the names, as the classifier sees them."""
    verdicts = Classifier.load().classify([NamedSubject(name) for name in names])
    return [
        ExtractSubject(name, None, verdict.subcategory, verdict.confidence)
        for name, verdict in zip(names, verdicts, strict=True)
        if MEDIUM_OF[verdict.subcategory] in EXTRACTED
    ]


def cpu(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    start = time.process_time()
    work()
    return time.process_time() - start


Work = Callable[[Sequence[ExtractSubject]], object]


def timed(subjects: Sequence[ExtractSubject], works: dict[str, Work]) -> dict[str, list[float]]:
    """Milliseconds a name of each work, batch by batch, in turn on the same names.

    Names that a work leaves out (guessit reads a few) count as read at the same rate.
    """
    for label, work in works.items():
        work(subjects[: _FEW if label == _SLOW else _WARM])
    times: dict[str, list[float]] = {label: [] for label in works}
    for first in range(_WARM, len(subjects) - _BATCH + 1, _BATCH):
        part = subjects[first : first + _BATCH]
        for label, work in works.items():
            _forget()
            given = part[:_FEW] if label == _SLOW else part
            seconds = cpu(lambda work=work, given=given: work(given))  # type: ignore[misc]
            times[label].append(seconds / len(given) * 1e3)
    return times


def parsers() -> dict[str, Work]:
    """The parsers guessit and parsett as they come, where they are installed (the dev group)."""
    try:
        from guessit import guessit  # type: ignore[import-untyped,unused-ignore]
        from PTT import parse_title  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return {}
    return {
        _SLOW: lambda part: [guessit(subject.name) for subject in part],
        _PARSETT: lambda part: [parse_title(subject.name) for subject in part],
    }


def _forget() -> None:
    """Empty the caches: names of a benchmark must not be read twice from memory."""
    scan.cache_clear()
    numbering.cache_clear()
    folded.cache_clear()
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
    parser.add_argument("--count", type=int, default=6000, help="names to read (%(default)s)")
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
    random.Random(1).shuffle(given)
    subjects = subjects_of(given[: options.count])
    console = Console()
    table = Table(
        "", "names/s", title=f"extraction, {len(subjects)} audio and video names, one thread"
    )
    table = Table(
        *("", "CPU ms a name", "x parsett's rate", "x guessit's"),
        title=f"extraction of {len(subjects)} audio and video names, one thread, median of batches",
    )
    tagger, both = Tagger.load(), Extractor.load()
    works = {
        "rules and tagger": both.extract,
        "rules alone": Extractor.load(tagger=False).extract,
        "tagger alone": lambda part: _tag(tagger, part),
        **parsers(),
    }
    gc.collect()
    gc.freeze()
    times = timed(subjects, works)
    for label, own in times.items():
        ratios = [_ratio(times.get(who), own) for who in (_PARSETT, _SLOW)]
        table.add_row(label, f"{statistics.median(own):.3f}", *ratios)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(table)
    asked = [record.method is Method.TAGGER for record in both.extract(subjects)]
    console.print(
        f"the tagger is asked about {100 * sum(asked) / len(asked):.1f} % of the names; "
        f"peak memory of this process, classifier and parsers included: {peak:.0f} MB"
    )
    parts = Table(
        "part of the rules",
        "µs a name",
        title="where the time of the rules goes (each alone, nothing remembered)",
    )
    for label, work in _PARTS.items():
        _forget()
        seconds = cpu(lambda work=work: [work(subject.name) for subject in subjects])  # type: ignore[misc]
        parts.add_row(label, f"{seconds / len(subjects) * 1e6:.0f}")
    console.print(parts)
    return _llm(subjects, options.weights, console) if options.llm else 0


def _ratio(theirs: Sequence[float] | None, own: Sequence[float]) -> str:
    """How many times faster than another, the median over batches."""
    if not theirs:
        return "-"
    return f"{statistics.median(their / our for their, our in zip(theirs, own, strict=True)):.2f}"


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
