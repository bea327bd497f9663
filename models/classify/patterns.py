"""The second stage: rules over the name, kept as data with their measured figures.

`patterns.toml` holds them. What a rule may decide, and how confident it is, follows from the
figures, which `python -m models.training.patterns` measures on names that are held out from the
writing of rules.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from models.text.literals import Screen
from schemas.media import MEDIUM_OF, Medium, Subcategory

RULES = Path(__file__).with_name("patterns.toml")

AS_RIGHT_AS = 0.97
"""What was learnt is right on 97 % of held-out names.

A rule whose interval ends below that is surely worse, and is not used.
"""

MIN_LOWER = 0.75
"""Lower bound under which a rule is not used: it was seen on too few names, or is often wrong.

Twelve names without an error reach it.
"""

MIN_SUB_PRECISION = 0.9
"""Share of right subcategories under which the files and the BERT are asked instead."""

CLEAN_NAMES = 300
"""Names that a rule must have matched, none of them adult, before it is taken to say "not adult".

By the rule of three fewer than one in a hundred of its names are then adult.
"""

SELDOM_NAMES = 50
"""Names that a rule must have matched, none of them adult, before a flag needs more evidence.

Fewer than six in a hundred of its names are then adult, where one in eight of all names is.
"""

_MAX_CHARS = 400
"""Characters read of a name.

Rules of the form `a.*b` take quadratic time on hostile names; on so many it is milliseconds.
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of a rule. Without measurement a rule is not used."""

    precision: float = 0.0
    """Share of the held-out names that it matched whose medium it says."""

    lower: float = 0.0
    """Lower end of the 95 % interval of the precision: what is published as confidence."""

    upper: float = 0.0
    """Upper end of that interval."""

    support: int = 0
    """Held-out names that it matched; near-copies count once."""

    sub_precision: float = 0.0
    """Share with the right subcategory, of the held-out names whose medium is right."""

    names: int = 0
    """All labelled names that it matched, held out or not."""

    adult: int = 0
    """How many of these are adult. A veto: it may count names that were looked at."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of `patterns.toml`."""

    id: str
    medium: Medium
    subcategory: Subcategory | None
    regex: re.Pattern[str]
    figures: Figures = Figures()
    over: frozenset[str] = frozenset()
    """Rules that say nothing where this one matches: a soundtrack may name the season it is of."""

    @property
    def usable(self) -> bool:
        """Whether it may decide: not surely worse than what was learnt, and seen often enough."""
        return self.figures.upper >= AS_RIGHT_AS and self.figures.lower >= MIN_LOWER

    @property
    def confidence(self) -> float:
        """The share of names on which it is right at least, as far as was measured."""
        return self.figures.lower

    @property
    def knows_subcategory(self) -> bool:
        """Whether its subcategory is right often enough to be said."""
        return self.subcategory is not None and self.figures.sub_precision >= MIN_SUB_PRECISION

    @property
    def clean(self) -> bool:
        """Whether it matched many names and no adult one."""
        return self.figures.adult == 0 and self.figures.names >= CLEAN_NAMES

    @property
    def seldom_adult(self) -> bool:
        """Whether it matched some names and no adult one."""
        return self.figures.adult == 0 and self.figures.names >= SELDOM_NAMES


@dataclass(frozen=True, slots=True)
class Hit:
    """What the rules that matched say together."""

    medium: Medium
    subcategory: Subcategory | None
    rule: str
    confidence: float
    clean: bool
    """Whether a rule matched that no adult name ever matched."""
    seldom_adult: bool
    """The same, of a rule that too few names matched to be sure."""


def pattern_text(name: str) -> str:
    """The form that rules are written for: lower case, dots and underscores as spaces."""
    return name[:_MAX_CHARS].lower().replace(".", " ").replace("_", " ")


@cache
def rules(path: Path = RULES) -> tuple[Rule, ...]:
    """All rules of the file, usable or not, in its order.

    Raises:
        ValueError: a rule's subcategory is not of its medium, or two rules share an id.
    """
    listed = tuple(_rule(row) for row in tomllib.loads(path.read_text(encoding="utf-8"))["rules"])
    if len({rule.id for rule in listed}) != len(listed):
        raise ValueError(f"{path}: two rules share an id")
    return listed


def _rule(row: dict[str, Any]) -> Rule:
    figures = {field: row[field] for field in Figures.__dataclass_fields__ if field in row}
    rule = Rule(
        id=row["id"],
        medium=Medium(row["medium"]),
        subcategory=Subcategory(row["subcategory"]) if "subcategory" in row else None,
        regex=re.compile(row["regex"]),
        figures=Figures(**figures),
        over=frozenset(row.get("over", ())),
    )
    if rule.subcategory is not None and MEDIUM_OF[rule.subcategory] != rule.medium:
        raise ValueError(f"rule {rule.id}: {rule.subcategory} is no subcategory of {rule.medium}")
    return rule


@cache
def usable() -> tuple[Rule, ...]:
    """The rules that earn their place."""
    return tuple(rule for rule in rules() if rule.usable)


@cache
def _screen() -> Screen:
    return Screen([rule.regex for rule in usable()])


def matching(text: str) -> list[Rule]:
    """The usable rules that match a text made by `pattern_text`, in the file's order.

    Only those are tried whose literals are in the text: three or four of them, for most names.
    """
    rules_in_use = usable()
    candidates = [rules_in_use[place] for place in _screen().candidates(text)]
    return [rule for rule in candidates if rule.regex.search(text)]


def heard(hits: Sequence[Rule]) -> list[Rule]:
    """Of rules that match a name, those that no other of them overrules."""
    overruled = frozenset().union(*(rule.over for rule in hits))
    return [rule for rule in hits if rule.id not in overruled]


def match(name: str) -> Hit | None:
    """What the rules say of a name; `None` when none matches or two disagree on the medium.

    The rule that is named is the one that gives the subcategory (the first in the file's order
    that does), else the most confident one.
    """
    hits = heard(matching(pattern_text(name)))
    if not hits or len({rule.medium for rule in hits}) > 1:
        return None
    best = max(hits, key=lambda rule: rule.confidence)
    specific = next((rule for rule in hits if rule.knows_subcategory), None)
    return Hit(
        medium=best.medium,
        subcategory=specific.subcategory if specific else None,
        rule=(specific or best).id,
        confidence=best.confidence,
        clean=any(rule.clean for rule in hits),
        seldom_adult=any(rule.seldom_adult for rule in hits),
    )
