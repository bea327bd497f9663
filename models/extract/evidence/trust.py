"""How far rules and the tagger are believed, as `trust.toml` says."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class RuleTrust:
    """How far one rule is believed about one role. None is what was never counted.

    `names` is on how many families of names it was counted.
    """

    precision: float | None = None
    agreed: float | None = None
    yields: float | None = None
    names: int | None = None


_UNCOUNTED = RuleTrust()


@dataclass(frozen=True, slots=True)
class Trust:
    """All figures of the file, which explains them."""

    unmeasured: float
    numbered: float
    described: float
    disputed: float
    from_a_file: float
    lone_author: float
    gate: float
    most_changed: float
    changed: Mapping[str, float]
    rules: Mapping[str, Mapping[str, RuleTrust]]

    @classmethod
    def of(cls, text: str) -> "Trust":
        """The figures of a TOML text."""
        table = tomllib.loads(text)
        rules = {
            rule: {role: RuleTrust(**figures) for role, figures in roles.items()}
            for rule, roles in table.pop("rules").items()
        }
        return cls(rules=rules, **table)

    def in_rule(self, rule: str, role: str) -> RuleTrust:
        """The figures of a rule about a role, whether or not it was counted."""
        return self.rules.get(rule, {}).get(role, _UNCOUNTED)


@cache
def trust() -> Trust:
    """What ships."""
    return Trust.of(FILE.read_text(encoding="utf-8"))
