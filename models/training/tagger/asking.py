"""Counts where the tagger changes what the rules say, and writes it into `trust.toml`.

The names are those that were read and labelled for the classifier, of all media that are extracted
as the classifier sees them; half of them is held out (`models.training.held_out`). A record has
changed if any field has another value with the tagger than without. Near-copies count once. No
label is needed: the tagger is left out where it says nothing new, not where it is wrong.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from models.classify.cascade import Classifier
from models.content.subject import NamedSubject
from models.evaluation.metrics import Share
from models.extract.asking import ground
from models.extract.evidence import trust
from models.extract.extractor import Extractor, ExtractSubject, reading_of
from models.training import command
from models.training.classifier.data import labelled
from models.training.held_out import Tally, is_held_out
from models.training.row_files import NAMES
from models.training.tagger.hearing import known_titles
from schemas import EXTRACTED, MEDIUM_OF

_BATCH = 256
_BLOCK = re.compile(r"(?<=\[changed\]\n).*?(?=\n\[)", re.DOTALL)
_FEWEST = 20
"""Families of names below which a ground is not counted."""

_EPILOG = """examples:
  python -m models.training.tagger.asking --data DATA             count and write
  python -m models.training.tagger.asking --data DATA --check     print; exit code 1 if it differs
"""


def subjects_of(names: Iterable[str]) -> list[ExtractSubject]:
    """The names of media that are extracted, as the classifier sees them."""
    classifier, asked = Classifier.load(), list(names)
    subjects = []
    for first in range(0, len(asked), _BATCH):
        part = asked[first : first + _BATCH]
        verdicts = classifier.classify([NamedSubject(name) for name in part])
        subjects += [
            ExtractSubject(name, None, verdict.subcategory, verdict.confidence)
            for name, verdict in zip(part, verdicts, strict=True)
            if MEDIUM_OF[verdict.subcategory] in EXTRACTED
        ]
    return subjects


def unchanged(subjects: Sequence[ExtractSubject]) -> dict[str, Share]:
    """Ground -> the families of names whose record is the same with the tagger as without."""
    rules = Extractor.load(tagger=False)
    both = Extractor.load(believed=replace(trust.trust(), changed={}))
    tallies: dict[str, Tally] = defaultdict(Tally)
    for first in range(0, len(subjects), _BATCH):
        part = subjects[first : first + _BATCH]
        for subject, alone, told in zip(part, rules.extract(part), both.extract(part), strict=True):
            is_same = alone.metadata == told.metadata
            tallies[ground(reading_of(subject), known_titles())].add(subject.name, is_same)
    return {name: tally.share for name, tally in tallies.items()}


def figures(shares: Mapping[str, Share]) -> dict[str, float]:
    """Ground -> the share that is changed at most, of grounds that were met often enough."""
    return {
        name: round(1 - share.lower, 4)
        for name, share in sorted(shares.items())
        if share.total >= _FEWEST
    }


def with_figures(text: str, changed: Mapping[str, float]) -> str:
    """The text of `trust.toml` with other figures in its table `changed`."""
    lines = "".join(f'"{name}" = {share}\n' for name, share in changed.items())
    return _BLOCK.sub(lambda _: lines, text)


def _show(shares: Mapping[str, Share], changed: Mapping[str, float], most: float) -> None:
    table = Table("ground", "families", "changed %", "at most %", "asked")
    for name, share in sorted(shares.items(), key=lambda item: -item[1].total):
        at_most = changed.get(name, 1.0)
        table.add_row(
            name,
            str(share.total),
            f"{100 * (1 - share.value):.2f}",
            f"{100 * at_most:.2f}" if name in changed else "-",
            "yes" if at_most > most else "",
        )
    Console().print(table)


def main(arguments: list[str] | None = None) -> int:
    """Count, print, and write or compare. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training.tagger.asking",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with names/")
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    if not (options.data / NAMES).is_file():
        return command.lacks_data(options.data / NAMES, "names")
    names = [row.name for row in labelled(options.data) if is_held_out(row.name)]
    shares = unchanged(subjects_of(names))
    changed = figures(shares)
    _show(shares, changed, trust.trust().most_changed)
    before = trust.FILE.read_text(encoding="utf-8")
    after = with_figures(before, changed)
    if options.check:
        return int(after != before)
    trust.FILE.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
