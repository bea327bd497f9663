"""Writes measured figures into `trust.toml`; what was set by hand there, and the prose, stays."""

import re
from collections.abc import Mapping
from dataclasses import replace

from models.extract.evidence.trust import RuleTrust, Trust
from models.training.tagger.counting import RuleRole

_FIRST_RULE = re.compile(r"^\[rules\.", re.MULTILINE)
_FIGURES = ("precision", "agreed", "yields", "names")


def with_figures(text: str, measured: Mapping[RuleRole, RuleTrust]) -> str:
    """The text of the file with the figures that were measured.

    A threshold that was not measured stays as it was.

    Args:
        text: the file as it is; its rules stay in their order, new ones follow.
        measured: the figures of each rule about each role.
    """
    before = {
        (rule, role): figures
        for rule, roles in Trust.of(text).rules.items()
        for role, figures in roles.items()
    }
    tables: dict[str, list[str]] = {}
    for rule, role in [*before, *sorted(measured.keys() - before.keys())]:
        counted = measured.get((rule, role), RuleTrust())
        by_hand = before.get((rule, role), RuleTrust())
        yields = by_hand.yields if counted.yields is None else counted.yields
        figures = replace(counted, yields=yields)
        if figures != RuleTrust():
            tables.setdefault(rule, []).append(f"{role} = {_inline(figures)}")
    head = _FIRST_RULE.split(text, maxsplit=1)[0]
    return (
        head
        + "\n\n".join("\n".join([f"[rules.{rule}]", *lines]) for rule, lines in tables.items())
        + "\n"
    )


def _inline(figures: RuleTrust) -> str:
    known = {name: getattr(figures, name) for name in _FIGURES}
    pairs = (f"{name} = {value}" for name, value in known.items() if value is not None)
    return "{ " + ", ".join(pairs) + " }"
