"""Measures the pattern rules and the extension kinds, and writes the figures into their files.

What counts are the labelled names that are held out from the writing of rules
(`models.training.held_out`). The rules of today were written before there was such a line, so their
authors may have looked at any of the labelled names; who writes or changes a rule from now on looks
at the other half only, and measures then.

`--elsewhere` measures on names that no rule was written from: lists of other sites, whose medium a
category of theirs gives. A tracker's category is now and then wrong.
"""

import argparse
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from models.classify import extensions, patterns
from models.evaluation.metrics import Share
from models.training import command
from models.training.classifier import weak
from models.training.classifier.data import Row, labelled
from models.training.held_out import Tally, is_held_out
from models.training.row_files import NAMES

RARE = 20
"""Held-out names under which a kind of files is rare.

Rare kinds share the interval of all their names together: three names alone say nothing.
"""

_ELSEWHERE = 20_000
"""Names tried of each other list."""

_RULE = re.compile(r'(?m)^id = "(.+)"$')
_KIND = re.compile(r"^\[kinds\.(\w+)\]")

_EPILOG = """examples:
  python -m models.training.patterns --data DATA             measure and write
  python -m models.training.patterns --data DATA --check     print; exit code 1 if the files differ
  python -m models.training.patterns --data DATA --check --elsewhere
"""

Figures = dict[str, float | int]


@dataclass(slots=True)
class RuleTally:
    """What was counted of one rule."""

    held_out: Tally = field(default_factory=Tally)
    looked_at: Tally = field(default_factory=Tally)
    subcategory: Tally = field(default_factory=Tally)
    """Of the held-out names whose medium is right."""

    names: int = 0
    adult: int = 0

    def add(self, rule: patterns.Rule, row: Row) -> None:
        """Count one name that the rule matched."""
        right = rule.medium == row.medium
        self.names += 1
        self.adult += bool(row.nsfw)
        if not is_held_out(row.name):
            self.looked_at.add(row.name, right)
            return
        self.held_out.add(row.name, right)
        if right:
            is_sub_right = rule.subcategory is None or rule.subcategory == row.subcategory
            self.subcategory.add(row.name, is_sub_right)

    @property
    def figures(self) -> Figures:
        """What `patterns.toml` holds of it."""
        subcategory = self.subcategory.share
        return {
            **interval(self.held_out.share),
            "sub_precision": round(subcategory.value, 4) if subcategory.total else 0.0,
            "names": self.names,
            "adult": self.adult,
        }


def interval(share: Share) -> Figures:
    """Precision, its 95 % Wilson interval and the names it was measured on."""
    lower, upper = share.interval
    precision: Figures = {"precision": round(share.value, 4)} if share.total else {}
    ends: Figures = {"lower": round(lower, 4), "upper": round(upper, 4)}
    return {**precision, **ends, "support": share.total}


def measure(rows: Iterable[Row]) -> dict[str, RuleTally]:
    """Count what each rule says of labelled names.

    Names that two rules put into different media count against neither: the cascade passes them on.
    """
    tallies = {rule.id: RuleTally() for rule in patterns.rules()}
    for row in rows:
        text = patterns.pattern_text(row.name)
        hits = patterns.heard([rule for rule in patterns.rules() if rule.regex.search(text)])
        if len({rule.medium for rule in hits}) == 1:
            for rule in hits:
                tallies[rule.id].add(rule, row)
    return tallies


def measure_kinds(rows: Iterable[Row]) -> dict[str, Figures]:
    """Figures of each extension kind that decides, on held-out names that are a lone file."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for row in rows:
        vote = extensions.lone_file(row.name)
        if vote is not None and is_held_out(row.name):
            tallies[vote.kind].add(row.name, vote.medium == row.medium)
    shares = {kind: tallies[kind].share for kind in extensions.deciding()}
    rare = [share for share in shares.values() if share.total < RARE]
    together = Share(sum(share.right for share in rare), sum(share.total for share in rare))
    figures = {kind: interval(share) for kind, share in shares.items()}
    for kind, share in shares.items():
        if share.total < RARE:
            lower, upper = together.interval
            figures[kind] |= {"lower": round(lower, 4), "upper": round(upper, 4)}
    return figures


def measure_elsewhere(folder: Path) -> dict[str, Share]:
    """How often the rules name the category's medium, on lists that no rule was written from."""
    shares = {}
    for source in (weak.TRACKERS, weak.RARBG, weak.SCENE):
        if not (folder / source).is_file():
            continue
        rng = random.Random(1)  # noqa: S311
        rows = list(weak.by_category(folder, source, _ELSEWHERE, rng))
        known = [row for row in rows if row.medium is not None]
        tried = rng.sample(known, min(len(known), _ELSEWHERE))
        answers = [(patterns.match(row.name), row.medium) for row in tried]
        said = [hit.medium == medium for hit, medium in answers if hit is not None]
        shares[source] = Share(sum(said), len(said))
    return shares


def rewrite(text: str, header: re.Pattern[str], figures: Mapping[str, Figures]) -> str:
    """A TOML text with the figures of each of its blocks replaced.

    Args:
        text: the file.
        header: finds a block's name in one of its lines.
        figures: by that name; other blocks stay as they are.
    """
    blocks = []
    for block in re.split(r"(?m)^(?=\[)", text):
        name = header.search(block)
        if name and name[1] in figures:
            values = figures[name[1]]
            lines = block.rstrip("\n").split("\n")
            kept = [line for line in lines if line.split(" =")[0] not in values]
            measured = [f"{key} = {value}" for key, value in values.items()]
            block = "\n".join([*kept, *measured]) + "\n\n"
        blocks.append(block)
    return "".join(blocks).rstrip("\n") + "\n"


def show(tallies: Mapping[str, RuleTally], kinds: Mapping[str, Figures], console: Console) -> None:
    """Print what was measured, with what the rules' authors could look at beside it."""
    table = Table("rule", "held out", "looked at", "subcategory", "names", "adult", "used")
    for rule in patterns.rules():
        tally = tallies[rule.id]
        measured = patterns.Figures(**tally.figures)  # type: ignore[arg-type]
        is_used = patterns.Rule(rule.id, rule.medium, None, rule.regex, measured).usable
        table.add_row(
            rule.id,
            str(tally.held_out.share),
            str(tally.looked_at.share),
            f"{measured.sub_precision:.3f}" if rule.subcategory else "",
            str(tally.names),
            str(tally.adult),
            "yes" if is_used else "NO",
        )
    for kind, figures in kinds.items():
        precision = f"{figures['precision']:.1%}" if figures["support"] else "-"
        bounds = f"{figures['support']}; {figures['lower']:.1%}-{figures['upper']:.1%}"
        table.add_row(f".{kind}", f"{precision} ({bounds})")
    console.print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write. Returns 0, or 1 with a message on stderr."""
    options = _parser().parse_args(arguments)
    if not (options.data / NAMES).is_file():
        return command.lacks_data(options.data / NAMES, "names")
    rows = labelled(options.data)
    tallies = measure(rows)
    kinds = measure_kinds(rows)
    console = Console()
    show(tallies, kinds, console)
    by_rule = {rule: tally.figures for rule, tally in tallies.items()}
    texts = {
        patterns.RULES: rewrite(patterns.RULES.read_text(encoding="utf-8"), _RULE, by_rule),
        extensions.RULES: rewrite(extensions.RULES.read_text(encoding="utf-8"), _KIND, kinds),
    }
    if options.elsewhere:
        elsewhere = Table("list", "right where the rules say a medium")
        for source, share in measure_elsewhere(options.data).items():
            elsewhere.add_row(source, str(share))
        console.print(elsewhere)
    stale = [path for path, text in texts.items() if path.read_text(encoding="utf-8") != text]
    for path in stale:
        if options.check:
            sys.stderr.write(f"{path.name} holds other figures than these rows give\n")
        else:
            path.write_text(texts[path], encoding="utf-8")
    return 1 if options.check and stale else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.patterns",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DATA", help="has names/")
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit code 1 if the files hold other figures",
    )
    parser.add_argument(
        "--elsewhere", action="store_true", help="measure on lists of other sites, too"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
