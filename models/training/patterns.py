"""Measures the pattern rules and the extension kinds on labelled names and writes the figures into
their files.

`python -m models.training.patterns --data ../shared/data` rewrites the figures of `patterns.toml`
and `extensions.toml`; `--check` only prints them. Rules under the bar stay in the file but are not
used (`patterns.MIN_PRECISION`): delete them.
"""

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from models.classify import extensions, patterns
from models.training.classifier.data import LABELLED, Row, labelled

_EPILOG = """examples:
  python -m models.training.patterns --data ../shared/data
  python -m models.training.patterns --data ../shared/data --check
"""
Figures = dict[str, float | int]


def measure(rows: Sequence[Row]) -> dict[str, Figures]:
    """Precision (on the medium), support, precision of the subcategory where the medium is right,
    and adult names, by rule.

    Names that two rules put into different media count against neither: the cascade passes them on.
    """
    counts = {rule.id: [0, 0, 0, 0] for rule in patterns.rules()}
    for row in rows:
        text = patterns.fold(row.name)
        hits = [rule for rule in patterns.rules() if rule.regex.search(text)]
        if len({rule.medium for rule in hits}) != 1:
            continue
        for rule in hits:
            count = counts[rule.id]
            right = rule.medium == row.medium
            count[0] += 1
            count[1] += right
            count[2] += right and (rule.subcategory is None or rule.subcategory == row.subcategory)
            count[3] += bool(row.nsfw)
    return {
        rule: {
            "precision": round(right / support, 4) if support else 0.0,
            "support": support,
            "sub_precision": round(sub / right, 4) if right else 0.0,
            "adult": adult,
        }
        for rule, (support, right, sub, adult) in counts.items()
    }


def measure_kinds(rows: Sequence[Row]) -> dict[str, Figures]:
    """Precision and support of each extension kind on names that are a lone file."""
    counts: dict[str, list[int]] = {}
    for row in rows:
        vote = extensions.lone_file(row.name)
        if vote is not None:
            count = counts.setdefault(vote.kind, [0, 0])
            count[0] += 1
            count[1] += vote.medium == row.medium
    # Laplace, as kinds are few and some are rare.
    return {
        kind: {"precision": round((right + 1) / (n + 2), 4), "support": n}
        for kind, (n, right) in counts.items()
    }


def rewrite(text: str, header: re.Pattern[str], figures: Mapping[str, Figures]) -> str:
    """The TOML text with the figures of each block replaced; `header` finds a block's name in one
    of its lines.
    """
    blocks = re.split(r"(?m)^(?=\[)", text)
    out = []
    for block in blocks:
        found = header.search(block)
        if found and found[1] in figures:
            values = figures[found[1]]
            kept = [
                line for line in block.rstrip("\n").split("\n") if line.split(" =")[0] not in values
            ]
            block = (
                "\n".join([*kept, *(f"{name} = {value}" for name, value in values.items())])
                + "\n\n"
            )
        out.append(block)
    return "".join(out).rstrip("\n") + "\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.patterns",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with names/")
    parser.add_argument("--check", action="store_true", help="print only, rewrite nothing")
    options = parser.parse_args(arguments)
    if not (options.data / LABELLED).is_file():
        sys.stderr.write(
            f"{options.data / LABELLED} is not there: --data is the folder that holds names/\n"
        )
        return 1
    rows = labelled(options.data)
    by_rule, by_kind = measure(rows), measure_kinds(rows)
    table = Table("rule", "precision", "support", "subcategory", "adult", "used")
    for rule in patterns.rules():
        f = by_rule[rule.id]
        used = f["precision"] >= patterns.MIN_PRECISION and f["support"] >= patterns.MIN_SUPPORT
        sub = f"{f['sub_precision']:.3f}" if rule.subcategory else ""
        table.add_row(
            rule.id,
            f"{f['precision']:.3f}",
            str(f["support"]),
            sub,
            str(f["adult"]),
            "yes" if used else "NO",
        )
    for kind, f in by_kind.items():
        table.add_row(f".{kind}", f"{f['precision']:.3f}", str(f["support"]), "", "", "")
    Console().print(table)
    if not options.check:
        rule_id, kind_id = re.compile(r'(?m)^id = "(.+)"$'), re.compile(r"^\[kinds\.(\w+)\]")
        patterns.RULES.write_text(
            rewrite(patterns.RULES.read_text(encoding="utf-8"), rule_id, by_rule), encoding="utf-8"
        )
        extensions.RULES.write_text(
            rewrite(extensions.RULES.read_text(encoding="utf-8"), kind_id, by_kind),
            encoding="utf-8",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
