"""`python -m models evaluate extract CASES…`: measure extraction on labelled or bench cases.

Cases are JSON lines with labelled fields (name, sub, artist, title, year, season, episode) or the
merged bench cases (name, sources, expect). The classifier's own verdict is used, not the label's.
guessit and PTT are scored beside, where they are installed.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from models import registry
from models.active import Stage, chosen
from models.evaluation import bench, fields, frame
from models.evaluation.card import LLM, TAGGER, card
from models.evaluation.cases import BadCases
from models.evaluation.extract import Brains, Run, answered_by_parsers, extract
from models.evaluation.flat import FlatFields
from models.evaluation.table import Table, WantedErrors, print_tables
from models.extract.llm.complete import ALWAYS
from models.loading import active_classifier, active_extractor

_EXAMPLES = """examples:
  python -m models evaluate extract DATA/gold/dev.jsonl
  python -m models evaluate extract DATA/bench/merged/all.jsonl --neutral --predictions out.jsonl
  python -m models evaluate extract DATA/gold/dev.jsonl --errors title --no-parsers
  python -m models evaluate extract DATA/gold/dev.jsonl --rules-only    # without the tagger
  python -m models evaluate extract DATA/gold/dev.jsonl --llm gate      # needs `... models fetch`
"""


def parser() -> argparse.ArgumentParser:
    """The command line of `run`."""
    options = frame.parser("extract", __doc__, _EXAMPLES)
    options.add_argument(
        "--neutral", action="store_true", help="leave out bench cases of the parsers' own suites"
    )
    options.add_argument(
        "--scorer",
        type=Path,
        metavar="FILE",
        help="the bench's score.py (default: beside the cases' folder)",
    )
    options.add_argument(
        "--errors",
        metavar="FIELD",
        help="list what is wrong: title, title~, artist, year, season, …",
    )
    options.add_argument(
        "--most", type=int, default=40, help="errors listed (default: %(default)s)"
    )
    options.add_argument("--no-parsers", action="store_true", help="leave guessit and PTT out")
    options.add_argument("--rules-only", action="store_true", help="leave the tagger out")
    options.add_argument(
        "--llm",
        choices=["off", "gate", "always"],
        default="off",
        help="ask the GGUF model, too (off)",
    )
    options.add_argument(
        "--below",
        type=float,
        default=None,
        help="confidence under which `gate` asks (default: as shipped)",
    )
    options.add_argument(
        "--weights",
        type=Path,
        default=Path(".mimmo/weights"),
        metavar="DIR",
        help="where the GGUF is (%(default)s)",
    )
    options.add_argument(
        "--card",
        type=Path,
        metavar="FILE",
        help="write the model card of the tagger; with --llm that of the GGUF model",
    )
    return options


def run(arguments: Sequence[str] | None = None) -> int:
    """Evaluate and print. Returns 0, or 1 with a message on standard error."""
    options = parser().parse_args(arguments)
    return frame.run(lambda: _evaluate(options))


def _evaluate(options: argparse.Namespace) -> None:
    brains = _brains(options)
    console = frame.console()
    measured: list[tuple[str, list[Table]]] = []
    predictions: list[tuple[str, FlatFields]] = []
    for path in options.cases:
        tables, answers = _measure(path, options, brains)
        name = path.name + (", neutral" if options.neutral else "")
        measured.append((name, tables))
        predictions += answers
        console.rule(name)
        print_tables(tables, console)
    if options.predictions:
        answers_with_names = ({"name": name, **given} for name, given in predictions)
        frame.write(
            options.predictions,
            (json.dumps(answer, ensure_ascii=False) for answer in answers_with_names),
        )
    if options.card:
        model, purpose = ("tagger", TAGGER) if brains.llm is None else ("smollm2", LLM)
        text = card(registry.load(model), purpose, "extract", measured)
        options.card.write_text(text, encoding="utf-8")


def _brains(options: argparse.Namespace) -> Brains:
    """What answers, as the options ask for it."""
    classifier = active_classifier()
    extractor = active_extractor(tagger=not options.rules_only)
    if options.llm == "off":
        return Brains(classifier, extractor)
    from models.loading import llm

    below = extractor.gate if options.below is None else options.below
    return Brains(
        classifier,
        extractor,
        llm=llm(chosen(Stage.LLM, options.weights)),
        below=ALWAYS if options.llm == "always" else below,
    )


def _measure(
    path: Path, options: argparse.Namespace, brains: Brains
) -> tuple[list[Table], list[tuple[str, FlatFields]]]:
    """The tables of one file of cases, and our answers with their names."""
    if bench.is_bench(path):
        return _measure_bench(path, options, brains)
    labelled = list(fields.read(path))
    names = [case.name for case in labelled]
    errors = _wanted_errors(path, options, names, fields.FIELDS)
    run = extract(names, brains)
    answers, speed = _beside(names, run, options)
    tables = [
        fields.by_field(labelled, answers),
        fields.by_style(labelled, run.given),
        fields.by_witness(labelled, run.extracted),
    ]
    if errors:
        tables.append(fields.errors(labelled, run.given, errors))
    return [*tables, speed], list(zip(names, run.given, strict=True))


def _measure_bench(
    path: Path, options: argparse.Namespace, brains: Brains
) -> tuple[list[Table], list[tuple[str, FlatFields]]]:
    score = bench.scorer(options.scorer or path.parent.parent / "score.py")
    known = bench.read(path, score, neutral=options.neutral)
    names = [case["name"] for case in known]
    errors = _wanted_errors(path, options, names, score.ORDER)
    run = extract(names, brains)
    answers, speed = _beside(names, run, options)
    tables = [bench.table(known, answers, score)]
    if errors:
        tables.append(bench.errors(known, run.given, score, errors))
    return [*tables, speed], list(zip(names, run.given, strict=True))


def _wanted_errors(
    path: Path, options: argparse.Namespace, names: Sequence[str], columns: Sequence[str]
) -> WantedErrors | None:
    """Which errors to list. Returns None if none are asked for.

    Raises:
        BadCases: there are no cases, or they do not have the field.
    """
    if not names:
        raise BadCases(f"{path} holds no cases")
    if not options.errors:
        return None
    if options.errors not in columns:
        raise BadCases(f"--errors {options.errors}: {path.name} has {', '.join(columns)}")
    return WantedErrors(options.errors, options.most)


def _beside(
    names: Sequence[str], run: Run, options: argparse.Namespace
) -> tuple[dict[str, Sequence[FlatFields]], Table]:
    """Our answers and those of other parsers, by who answered; and how fast they were."""
    answers: dict[str, Sequence[FlatFields]] = {"ours": run.given}
    rates = [("ours, after classification", f"{run.rate:.0f}")]
    for who, given, rate in () if options.no_parsers else answered_by_parsers(names):
        answers[who] = given
        rates.append((who, f"{rate:.0f}"))
    return answers, Table("speed", ("", "names/s, one thread"), rates)
