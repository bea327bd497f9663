"""`python -m models evaluate extract CASES…`: measure extraction on labelled fields or on bench
cases.

Cases are JSON lines with labelled fields (name, sub, artist, title, year, season, episode) or the
merged bench cases (name, sources, expect). The classifier's own verdict is used, not the label's.
guessit and PTT are scored beside, where they are installed.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from models import registry
from models.classify.cascade import Classifier
from models.content.subject import NamedSubject
from models.evaluation import bench, cases, fields
from models.evaluation.card import LLM, TAGGER, card
from models.evaluation.flat import Record, flat, parsers
from models.evaluation.table import Table, print_tables
from models.extract.extractor import Extracted, Extractor, ExtractSubject
from models.extract.llm.complete import LlmExtractor
from schemas import Medium

_BATCH = 64
_EPILOG = """examples:
  python -m models evaluate extract ../shared/data/gold/dev.jsonl
  python -m models evaluate extract ../shared/data/bench/merged/all.jsonl --neutral --predictions out.jsonl
  python -m models evaluate extract ../shared/data/gold/dev.jsonl --errors title --no-parsers
  python -m models evaluate extract ../shared/data/gold/dev.jsonl --rules-only        # without the tagger
  python -m models evaluate extract ../shared/data/gold/dev.jsonl --llm gate          # needs `python -m models fetch`
"""


@dataclass(frozen=True, slots=True)
class Run:
    """Our answers: records in the order of the names, what they were made of, and names a second
    for extraction alone.
    """

    records: list[Record]
    found: list[Extracted | None]
    rate: float


def extract(
    names: Sequence[str],
    classifier: Classifier,
    extractor: Extractor,
    llm: LlmExtractor | None = None,
    below: float = 0.0,
) -> Run:
    """Classify the names, extract from those of a known medium."""
    records: list[Record] = []
    founds: list[Extracted | None] = []
    seconds, asked = 0.0, 0
    for first in range(0, len(names), _BATCH):
        part = names[first : first + _BATCH]
        verdicts = classifier.classify([NamedSubject(name) for name in part])
        known = [
            index for index, verdict in enumerate(verdicts) if verdict.medium is not Medium.OTHER
        ]
        subjects = [
            ExtractSubject(part[i], None, verdicts[i].subcategory, verdicts[i].confidence)
            for i in known
        ]
        start = time.perf_counter()
        answers = extractor.extract(subjects)
        seconds += time.perf_counter() - start
        asked += len(subjects)
        if llm is not None:
            answers = llm.completed(subjects, answers, below)
        by_index = dict(zip(known, answers, strict=True))
        for index, verdict in enumerate(verdicts):
            found = by_index.get(index)
            founds.append(found)
            bare: Record = {
                "medium": verdict.medium.value,
                "subcategory": verdict.subcategory.value,
                "nsfw": verdict.nsfw,
            }
            records.append(flat(found, verdict) if found is not None else bare)
    return Run(records, founds, asked / seconds if seconds else 0.0)


def parser() -> argparse.ArgumentParser:
    """The command line of `run`."""
    made = argparse.ArgumentParser(
        prog="python -m models evaluate extract",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "cases", type=Path, nargs="+", metavar="CASES", help="JSON lines, plain or .gz"
    )
    made.add_argument(
        "--predictions",
        type=Path,
        metavar="OUT",
        help="write each record as a JSON line that bench/score.py reads",
    )
    made.add_argument(
        "--neutral", action="store_true", help="leave out bench cases of the parsers' own suites"
    )
    made.add_argument(
        "--scorer",
        type=Path,
        metavar="FILE",
        help="the bench's score.py (default: beside the cases' folder)",
    )
    made.add_argument(
        "--errors",
        metavar="FIELD",
        help="list what is wrong: title, title~, artist, year, season, …",
    )
    made.add_argument("--most", type=int, default=40, help="errors listed (default: %(default)s)")
    made.add_argument("--no-parsers", action="store_true", help="leave guessit and PTT out")
    made.add_argument("--rules-only", action="store_true", help="leave the tagger out")
    made.add_argument(
        "--llm",
        choices=["off", "gate", "always"],
        default="off",
        help="ask the GGUF model, too (off)",
    )
    made.add_argument(
        "--below",
        type=float,
        default=None,
        help="confidence under which `gate` asks (default: as shipped)",
    )
    made.add_argument(
        "--weights",
        type=Path,
        default=Path(".mimmo/weights"),
        metavar="DIR",
        help="where the GGUF is (%(default)s)",
    )
    made.add_argument(
        "--card",
        type=Path,
        metavar="FILE",
        help="write the model card of the tagger; with --llm that of the GGUF model",
    )
    return made


def run(arguments: Sequence[str] | None = None) -> int:
    """Evaluate and print. Returns 0, or 1 with a message on stderr."""
    options = parser().parse_args(arguments)
    console = Console()
    try:
        classifier, extractor = Classifier.load(), Extractor.load(tagger=not options.rules_only)
        llm = None
        if options.llm != "off":
            from models.extract.llm.gguf import load

            llm = load(options.weights)
        below = (
            1.1
            if options.llm == "always"
            else options.below
            if options.below is not None
            else extractor.gate
        )
        measured = []
        predictions: list[tuple[str, Record]] = []
        for path in options.cases:
            made, names, records = _measure(path, options, classifier, extractor, llm, below)
            measured.append((path.name + (", neutral" if options.neutral else ""), made))
            predictions += zip(names, records, strict=True)
            console.rule(measured[-1][0])
            print_tables(made, console)
        if options.predictions:
            with options.predictions.open("w", encoding="utf-8") as out:
                for name, record in predictions:
                    out.write(json.dumps({"name": name, **record}, ensure_ascii=False) + "\n")
        if options.card:
            model, purpose = ("tagger", TAGGER) if llm is None else ("smollm2", LLM)
            options.card.write_text(
                card(registry.load(model), purpose, "extract", measured), encoding="utf-8"
            )
    except (cases.BadCases, OSError, ImportError, registry.WeightsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _measure(
    path: Path,
    options: argparse.Namespace,
    classifier: Classifier,
    extractor: Extractor,
    llm: LlmExtractor | None,
    below: float,
) -> tuple[list[Table], list[str], list[Record]]:
    """The tables of one file of cases, its names and our records."""
    others = {} if options.no_parsers else parsers()
    if bench.is_bench(path):
        score = bench.scorer(options.scorer or path.parent.parent / "score.py")
        known = bench.read(path, score, neutral=options.neutral)
        names, columns = [case["name"] for case in known], score.ORDER
    else:
        labelled = list(fields.read(path))
        names, columns = [case.name for case in labelled], fields.FIELDS
    if not names:
        raise cases.BadCases(f"{path} holds no cases")
    if options.errors and options.errors not in columns:
        raise cases.BadCases(f"--errors {options.errors}: {path.name} has {', '.join(columns)}")
    ours = extract(names, classifier, extractor, llm, below)
    answers: dict[str, Sequence[Record]] = {"ours": ours.records}
    rates = [("ours, after classification", f"{ours.rate:.0f}")]
    for who, parse in others.items():
        start = time.perf_counter()
        answers[who] = [parse(name) for name in names]
        rates.append((who, f"{len(names) / (time.perf_counter() - start):.0f}"))
    if bench.is_bench(path):
        made = [bench.table(known, answers, score)]
        if options.errors:
            made.append(bench.errors(known, ours.records, score, options.errors, options.most))
    else:
        made = [
            fields.by_field(labelled, answers),
            fields.by_style(labelled, ours.records),
            fields.by_witness(labelled, ours.found),
        ]
        if options.errors:
            made.append(fields.errors(labelled, ours.records, options.errors, options.most))
    return [*made, Table("speed", ("", "names/s, one thread"), rates)], names, ours.records
