"""How often each title rule is right on labelled names: `python -m models.extract.measure FIELDS...`.

Cases are JSON lines (or .gz) with `name`, `sub`, and `artist`, `title`, `year`, `season`, `episode` where known; a list of
values accepts any of them. Texts are compared folded (case, separators, diacritics).
"""

import argparse
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from models.extract.extractor import Extractor, ExtractSubject, Found
from models.extract.guard import folded
from schemas import EXTRACTED, MEDIUM_OF, Subcategory, title_and_creator_fields

Tally = dict[str, list[int]]


def cases(path: Path) -> Iterator[dict[str, Any]]:
    """Audio and video cases of a file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            sub = case.get("sub")
            if isinstance(sub, str) and MEDIUM_OF[Subcategory(sub)] in EXTRACTED and not case.get("nsfw"):
                yield case


def right(value: object, expected: object) -> bool:
    """Whether a value is the expected one (or one of a list of them)."""
    accepted = expected if isinstance(expected, list) else [expected]
    return any((folded(str(one))[0] if one is not None else "") == folded(str(value or ""))[0] for one in accepted)


def score(found: Found, case: dict[str, Any], rules: Tally, fields: Tally) -> None:
    """Add one record to the tallies of (right, given) by rule and (right, all) by field."""
    subcategory = Subcategory(case["sub"])
    title, creator = title_and_creator_fields(subcategory)
    for label, name in (("title", title), ("artist", creator), ("year", "year")):
        if name is None or label not in case:
            continue
        value = getattr(found.metadata, name)
        value = value[0] if isinstance(value, tuple) and value else value or None
        good = right(value, case[label])
        medium = MEDIUM_OF[subcategory].value
        fields[f"{medium} {label}"][0] += good
        fields[f"{medium} {label}"][1] += 1
        if name in found.evidence:
            rule = found.evidence[name].source
            rules[f"{rule} ({label})"][0] += good
            rules[f"{rule} ({label})"][1] += 1


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.extract.measure", description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="+", type=Path, metavar="FIELDS")
    chosen = parser.parse_args(arguments)
    extractor = Extractor.load()
    rules: Tally = defaultdict(lambda: [0, 0])
    fields: Tally = defaultdict(lambda: [0, 0])
    for path in chosen.cases:
        for case in cases(path):
            found = extractor.extract([ExtractSubject(case["name"], None, Subcategory(case["sub"]))])[0]
            score(found, case, rules, fields)
    for heading, tally in (("rule", rules), ("field, absent values counted", fields)):
        table = Table(heading, "right", "of", "share")
        for name, (good, count) in sorted(tally.items()):
            table.add_row(name, str(good), str(count), f"{good / count:.3f}")
        Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
