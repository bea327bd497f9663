"""Counts whom to believe where rules and tagger differ, and writes it into `trust.toml`.

What counts are the answers of taggers that have not seen the names
(`python -m models.training.tagger.folds`); rules are counted on names without an answer, too. They
were written while looking at half of the names: figures of the half that nobody looked at stand
beside.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from models.evaluation.metrics import Share, calibration_error
from models.evaluation.table import Table, print_tables
from models.extract.evidence import trust as trusted
from models.extract.evidence.trust import RuleTrust
from models.training import command
from models.training.held_out import Tally, is_held_out
from models.training.row_files import FIELDS
from models.training.tagger import answers, counting, data
from models.training.tagger.hearing import ROLES, Hearing, hearings, unasked
from models.training.tagger.trust_file import with_figures
from schemas.media import MEDIUM_OF

_EPILOG = """examples:
  python -m models.training.tagger.precedence --data DATA --answers /tmp/folds/answers.jsonl
      count, print and write
  python -m models.training.tagger.precedence --data DATA --answers FILE --check
      print; exit code 1 if the file holds other figures
"""
_FEWEST = 30
"""Names under which a slice is not shown."""


def by_slice(heard: Sequence[Hearing], side: str) -> Table:
    """Per role, medium and script: who is right alone, and what is settled; silence counted."""
    rows = []
    for role in ROLES:
        own = [hearing for hearing in heard if hearing.role == role]
        slices: dict[str, list[Hearing]] = {"all": own}
        for hearing in own:
            medium = str(MEDIUM_OF[hearing.example.subcategory])
            slices.setdefault(medium, []).append(hearing)
            slices.setdefault(f"{medium}, {hearing.script}", []).append(hearing)
        rows += [
            (role, name, *_shares(part))
            for name, part in sorted(slices.items())
            if len(part) >= _FEWEST
        ]
    header = ("role", "slice", "families", "rules", "tagger", "settled")
    return Table(f"% of families right, silence counted: {side}", header, rows)


def _shares(part: Sequence[Hearing]) -> tuple[str, str, str, str]:
    ruled = _share(part, lambda case: case.right(case.ruled))
    tagged = _share(part, lambda case: case.right(case.tagged))
    settled = _share(part, lambda case: case.right(case.published))
    return str(ruled.total), ruled.bounded, tagged.bounded, settled.bounded


def _share(part: Sequence[Hearing], is_right: Callable[[Hearing], bool]) -> Share:
    tally = Tally()
    for hearing in part:
        tally.add(hearing.example.name, is_right(hearing))
    return tally.share


def by_rule(
    heard: Sequence[Hearing], standing: Callable[[str, str], RuleTrust], usual: float
) -> Table:
    """Each rule and role: how often it is right, alone and with the tagger, and its disputes."""
    rows = []
    for (rule, role), said in sorted(counting.by_rule(heard).items()):
        alone = counting.weighed(said, counting.rule_is_right)
        held = [case for case in said if is_held_out(case.example.name)]
        agreeing = counting.weighed((case for case in said if case.agree), counting.rule_is_right)
        contested = counting.disputes(said)
        now = standing(rule, role)
        limit = usual if now.yields is None else now.yields
        rows.append(
            (
                rule,
                role,
                f"{alone.total:.0f}",
                f"{100 * alone.share:.1f}",
                f"{100 * counting.weighed(held, counting.rule_is_right).share:.1f}",
                "-" if now.precision is None else f"{100 * now.precision:.1f}",
                f"{100 * agreeing.share:.1f} of {agreeing.total:.0f}",
                f"{contested.total:.1f}",
                f"{limit:g}: {contested.gain(limit):+.1f}",
                f"{contested.best:g}: {contested.gain(contested.best):+.1f}",
            )
        )
    header = (
        *("rule", "role", "families", "right %", "held out %", "stands %", "agreed %"),
        *("disputes", "yields: gain", "best: gain"),
    )
    return Table("Rules, by families of names", header, rows)


def of_tagger(heard: Sequence[Hearing]) -> Table:
    """The tagger where no rule speaks and where one contradicts, by medium and confidence."""
    rows = []
    for role in ROLES:
        for medium in sorted({MEDIUM_OF[case.example.subcategory] for case in heard}):
            said = [
                case
                for case in heard
                if case.role == role
                and case.tagged is not None
                and MEDIUM_OF[case.example.subcategory] is medium
            ]
            if len(said) < _FEWEST:
                continue
            pairs = [(case.tagged.confidence, case.tagged.is_right) for case in said if case.tagged]
            alone = [case for case in said if case.ruled is None]
            ranges = [
                _share(
                    [case for case in said if case.tagged and low <= case.tagged.confidence < high],
                    lambda case: case.right(case.tagged),
                ).bounded
                for low, high in ((0.0, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 1.01))
            ]
            by_itself = _share(alone, lambda case: case.right(case.tagged)).bounded
            ece = f"{100 * calibration_error(pairs):.1f}"
            rows.append((role, str(medium), str(len(said)), *ranges, by_itself, ece))
    header = (
        *("role", "medium", "names", "under .5", ".5 to .8", ".8 to .95", "over .95"),
        *("no rule speaks", "calibration error %"),
    )
    return Table("The tagger where it speaks: % right by confidence", header, rows)


def of_published(heard: Sequence[Hearing]) -> Table:
    """What is published, by who says it: how often it is right, and how sure it says it is."""
    groups: dict[tuple[str, str], list[tuple[float, bool]]] = {}
    for case in heard:
        if case.published is None:
            continue
        if case.is_dispute:
            who = "in dispute"
        elif case.agree:
            who = "both agree"
        else:
            who = "a rule alone" if case.published.rule else "the tagger alone"
        pair = case.published.confidence, case.published.is_right
        groups.setdefault((case.role, who), []).append(pair)
    rows = [
        (
            role,
            who,
            str(Share(sum(right for _, right in pairs), len(pairs))),
            f"{100 * sum(confidence for confidence, _ in pairs) / len(pairs):.1f}",
            f"{100 * calibration_error(pairs):.1f}",
        )
        for (role, who), pairs in sorted(groups.items())
    ]
    header = ("role", "who", "right", "mean confidence %", "calibration error %")
    return Table("What is published, by names", header, rows)


def unseen_creators(heard: Sequence[Hearing]) -> Table:
    """Creators that a rule sees and the tagger does not; those without proof are dropped."""
    rows = []
    for is_proved in (True, False):
        part = [
            case
            for case in heard
            if case.role == "creator"
            and case.ruled is not None
            and case.tagged is None
            and case.is_proved is is_proved
        ]
        right = _share(part, counting.rule_is_right)
        rows.append(("the rule has proof" if is_proved else "it has none: dropped", str(right)))
    return Table("Creators that a rule sees and the tagger does not", ("", "right"), rows)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.tagger.precedence",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with fields/")
    parser.add_argument(
        "--answers", type=Path, required=True, metavar="FILE", help="what `folds` wrote"
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Count, print, and write or compare. Returns the exit code."""
    options = _arguments().parse_args(arguments)
    if not (options.data / FIELDS).is_file():
        return command.lacks_data(options.data / FIELDS, "fields")
    rows, _ = data.read_rows(options.data)
    trust = trusted.trust()
    answered = answers.read(options.answers)
    heard = hearings(rows, answered, trust)
    console = Console(width=None if sys.stdout.isatty() else 160)
    sides = {
        "looked at": [case for case in heard if not is_held_out(case.example.name)],
        "held out": [case for case in heard if is_held_out(case.example.name)],
    }
    print_tables([by_slice(part, side) for side, part in sides.items()], console)
    tables = [by_rule(heard, trust.in_rule, trust.unmeasured), of_tagger(heard)]
    print_tables([*tables, of_published(heard), unseen_creators(heard)], console)
    stands, chosen, total = counting.nested(heard, trust.in_rule, trust.unmeasured)
    console.print(
        f"Of {total:.0f} families in dispute the thresholds that stand settle {stands:+.1f} more "
        f"rightly than the rules alone, thresholds of the other folds {chosen:+.1f}."
    )
    before = trusted.FILE.read_text(encoding="utf-8")
    rules_alone = hearings(rows, unasked(rows, answered), trust)
    after = with_figures(before, counting.figures([*heard, *rules_alone], trust.in_rule))
    if options.check:
        return int(after != before)
    trusted.FILE.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
