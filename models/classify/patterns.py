"""The second stage: rules over the name, kept as data with their measured precision
(`patterns.toml`).
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.media import MEDIUM_OF, Medium, Subcategory

RULES = Path(__file__).with_name("patterns.toml")

MIN_PRECISION = 0.98
MIN_SUPPORT = 20
"""A rule under either is not used. What was learnt is right on 97 % of held-out names: a rule must
be better than that to speak first. 20 names without an error still allow 14 % (rule of three),
fewer say nothing.
"""

MIN_SUB_PRECISION = 0.9
"""Under it a rule's subcategory is left to the files and the BERT."""

CLEAN_SUPPORT = 300
"""Names that a rule must have matched, none of them adult, before it is taken to say "not adult"
(rule of three: under 1 %).
"""

_MAX_CHARS = 400
"""Characters read of a name. Rules of the form `a.*b` take quadratic time on hostile names; on so
many it is milliseconds.
"""

_SEPARATORS = str.maketrans("._", "  ")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. The figures were measured on labelled names; see `patterns.toml`."""

    id: str
    medium: Medium
    subcategory: Subcategory | None
    regex: re.Pattern[str]
    precision: float = 0.0
    support: int = 0
    sub_precision: float = 0.0
    adult: int = 0

    @property
    def usable(self) -> bool:
        return self.precision >= MIN_PRECISION and self.support >= MIN_SUPPORT

    @property
    def confidence(self) -> float:
        """The precision, smoothed (Laplace), so that a small perfect sample does not read as
        certainty.
        """
        return (self.precision * self.support + 1) / (self.support + 2)

    @property
    def clean(self) -> bool:
        return self.adult == 0 and self.support >= CLEAN_SUPPORT


@dataclass(frozen=True, slots=True)
class Hit:
    """What the rules that matched say together. `clean`: a rule matched that no adult name ever
    matched.
    """

    medium: Medium
    subcategory: Subcategory | None
    rule: str
    confidence: float
    clean: bool


def fold(name: str) -> str:
    """The form that rules are written for: lower case, dots and underscores as spaces."""
    return name[:_MAX_CHARS].lower().translate(_SEPARATORS)


@cache
def rules(path: Path = RULES) -> tuple[Rule, ...]:
    """All rules of the file, usable or not, in its order.

    Raises:
        ValueError: a rule's subcategory is not of its medium, or two rules share an id.
    """
    out = []
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["rules"]:
        rule = Rule(
            id=row["id"],
            medium=Medium(row["medium"]),
            subcategory=Subcategory(row["subcategory"]) if "subcategory" in row else None,
            regex=re.compile(row["regex"]),
            **{
                field: row[field]
                for field in ("precision", "support", "sub_precision", "adult")
                if field in row
            },
        )
        if rule.subcategory is not None and MEDIUM_OF[rule.subcategory] != rule.medium:
            raise ValueError(
                f"rule {rule.id}: {rule.subcategory} is no subcategory of {rule.medium}"
            )
        out.append(rule)
    if len({rule.id for rule in out}) != len(out):
        raise ValueError(f"{path}: two rules share an id")
    return tuple(out)


@cache
def usable() -> tuple[Rule, ...]:
    """The rules that earn their place."""
    return tuple(rule for rule in rules() if rule.usable)


def match(name: str, among: Sequence[Rule] | None = None) -> Hit | None:
    """What the rules say of a name; `None` when none matches or two disagree on the medium.

    The rule that is named is the one that gives the subcategory (the first in the file's order that
    does), else the most precise one.
    """
    text = fold(name)
    hits = [rule for rule in (usable() if among is None else among) if rule.regex.search(text)]
    if not hits or len({rule.medium for rule in hits}) > 1:
        return None
    best = max(hits, key=lambda rule: rule.confidence)
    specific = next(
        (r for r in hits if r.subcategory is not None and r.sub_precision >= MIN_SUB_PRECISION),
        None,
    )
    return Hit(
        medium=best.medium,
        subcategory=specific.subcategory if specific else None,
        rule=(specific or best).id,
        confidence=best.confidence,
        clean=any(rule.clean for rule in hits),
    )
