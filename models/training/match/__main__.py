"""`python -m models.training.match --index DIR CASES…`: learn the weights of the matcher.

They are written to its manifest. The index holds the truth of the cases among many distractors
(`python -m streams.lab.catalogue`, then `python -m streams.musicbrainz import`). Takes a minute or
two on one core.
"""

import argparse
import logging
import sys
from pathlib import Path

from models import registry
from models.evaluation import cases, linking
from models.match.errors import MatchError
from models.match.matcher import Matcher
from models.training.command import logger
from models.training.match.choices import choice_of
from models.training.match.fit import Choice, fit

_EXAMPLES = """example:
  python -m streams.lab.catalogue CATALOGUE --data DATA
  python -m streams.musicbrainz import CATALOGUE CATALOGUE --releases CATALOGUE \\
      --index CATALOGUE/index --index-only
  python -m models.training.match --index CATALOGUE/index CATALOGUE/cases/*.jsonl \\
      DATA/linking/albums_dev.jsonl.gz DATA/linking/queries_dev.jsonl.gz

how right the weights are on cases that they were not learned from:
  python -m models evaluate match CASES --index CATALOGUE/index --cross-validate 5
"""


def choices_of(path: Path, matcher: Matcher) -> list[Choice]:
    """The labelled cases of a file as choices among what the matcher finds."""
    choices = (choice_of(case, matcher) for case in linking.read(path))
    return [choice for choice in choices if choice is not None]


def with_settings(manifest: str, settings: dict[str, float]) -> str:
    """The manifest's text with new values of settings; everything else stays as it is."""
    lines = []
    for line in manifest.splitlines():
        name, equals, _ = line.partition(" = ")
        is_new = equals and name in settings
        lines.append(f"{name} = {round(settings[name], 3)}" if is_new else line)
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Learn and write. Returns the exit code."""
    options = _parser().parse_args(arguments)
    log = logger("match")
    try:
        matcher = Matcher.open(options.index)
        choices = [choice for path in options.cases for choice in _logged(path, matcher, log)]
    except (MatchError, cases.BadCases, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    fitted = fit(choices)
    log.info("%d cases: %.4f nats a case", len(choices), fitted.loss)
    for name, weight in {**fitted.weights, "bias": fitted.bias}.items():
        log.info("%-16s %8.3f", name, weight)
    settings = {f"weight_{name}": weight for name, weight in fitted.weights.items()}
    text = with_settings(
        options.manifest.read_text(encoding="utf-8"), {**settings, "bias": fitted.bias}
    )
    options.manifest.write_text(text, encoding="utf-8")
    log.info("%s written: raise its revision, and run the evaluation", options.manifest)
    return 0


def _logged(path: Path, matcher: Matcher, log: logging.Logger) -> list[Choice]:
    choices = choices_of(path, matcher)
    right = sum(choice.right is not None for choice in choices)
    log.info("%s: %d cases, %d with a right candidate", path.name, len(choices), right)
    return choices


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.match",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "cases",
        type=Path,
        nargs="+",
        metavar="CASES",
        help="labelled cases (models.evaluation.linking)",
    )
    parser.add_argument(
        "--index",
        type=Path,
        required=True,
        metavar="DIR",
        help="match index that holds their truth",
    )
    parser.add_argument(
        "--manifest",
        type=Path,
        default=registry.MANIFESTS / "match.toml",
        metavar="FILE",
        help="written (default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
