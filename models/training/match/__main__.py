"""`python -m models.training.match --index DIR CASES…`: learn the weights of the matcher and write
them to its manifest.

The index holds the truth of the cases among many distractors (`python -m streams.lab.catalogue`,
then `python -m streams.musicbrainz import`). Takes a minute or two on one core.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from models import registry
from models.evaluation import cases, linking
from models.match.errors import MatchError
from models.match.evidence import NAMES
from models.match.matcher import Matcher
from models.training.command import logger
from models.training.match.fit import Choice, fit

_EPILOG = """example:
  python -m streams.lab.catalogue /tmp/mb && python -m streams.musicbrainz import /tmp/mb /tmp/mb --releases /tmp/mb \\
      --index /tmp/mb/index --index-only
  python -m models.training.match --index /tmp/mb/index /tmp/mb/cases/*.jsonl \\
      ../shared/data/linking/albums_dev.jsonl.gz ../shared/data/linking/queries_dev.jsonl.gz
"""


def choices_of(path: Path, matcher: Matcher) -> list[Choice]:
    """The labelled cases of a file as choices among what the matcher finds."""
    made = []
    for case in linking.read(path):
        if not (case.is_artist_labelled and case.is_group_labelled) or case.is_homonym:
            continue
        truth = linking.truth_of(case, matcher.index)
        if case.group_mbid is not None and truth.group is None:
            continue  # the index does not hold it: nothing to learn of how it is spelled
        candidates = matcher.candidates(case.query)
        evidence = np.array([each.evidence.values() for each in candidates]).reshape(-1, len(NAMES))
        made.append(Choice(evidence, linking.chosen(truth, candidates)))
    return made


def with_settings(manifest: str, found: dict[str, float]) -> str:
    """The manifest's text with new values of the settings that were found; everything else stays as
    it is.
    """
    lines = []
    for line in manifest.splitlines():
        name, equals, _ = line.partition(" = ")
        lines.append(f"{name} = {round(found[name], 3)}" if equals and name in found else line)
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    reading = argparse.ArgumentParser(
        prog="python -m models.training.match",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    reading.add_argument(
        "cases",
        type=Path,
        nargs="+",
        metavar="CASES",
        help="labelled cases (models.evaluation.linking)",
    )
    reading.add_argument(
        "--index",
        type=Path,
        required=True,
        metavar="DIR",
        help="match index that holds their truth",
    )
    reading.add_argument(
        "--manifest",
        type=Path,
        default=registry.MANIFESTS / "match.toml",
        metavar="FILE",
        help="written (default: %(default)s)",
    )
    chosen = reading.parse_args(arguments)
    log = logger("match")
    try:
        matcher = Matcher.open(chosen.index)
        choices: list[Choice] = []
        for path in chosen.cases:
            found = choices_of(path, matcher)
            log.info(
                "%s: %d cases, %d with a right candidate",
                path.name,
                len(found),
                sum(c.right is not None for c in found),
            )
            choices += found
    except (MatchError, cases.BadCases, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    weights, bias, loss = fit(choices)
    log.info("%d cases: %.4f nats a case", len(choices), loss)
    for name, weight in {**weights, "bias": bias}.items():
        log.info("%-16s %8.3f", name, weight)
    settings = {f"weight_{name}": weight for name, weight in weights.items()} | {"bias": bias}
    text = with_settings(chosen.manifest.read_text(encoding="utf-8"), settings)
    chosen.manifest.write_text(text, encoding="utf-8")
    log.info("%s written: raise its revision, and run the evaluation", chosen.manifest)
    return 0


if __name__ == "__main__":
    sys.exit(main())
