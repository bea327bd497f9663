"""How sure tagger and rules may be, measured on names that were labelled by reading.

The tagger is measured on those held out of training, the rules on all.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from models.extract.evidence.guard import alike
from models.extract.evidence.trust import RuleTrust
from models.extract.extractor import year_of_work
from models.extract.rules.numbering import numbering
from models.extract.tagger.decode import Tagged
from models.extract.tagger.encode import Belief
from models.extract.tagger.roles import ROLES
from models.extract.tagger.run import Tagger
from models.extract.witnesses import NameReading, said_by_rules
from models.training.tagger.data import Example
from schemas.media import MEDIUM_OF, Medium

NEUTRAL: Mapping[str, float] = {
    f"{role}_{part}": value for role in ROLES for part, value in (("slope", 1.0), ("offset", 0.0))
}
"""Curves that leave the raw confidence as it is."""

_FEWEST = 5
"""Cases from which a precision is believed; below it a rule stays unmeasured."""

_LABELLED = frozenset({"creator", "title", "year"})
"""Roles that readers label; an episode's title is only known by the rule itself."""

RuleRole = tuple[str, str]
"""A rule and a role that it fills."""


def curves(tagger: Tagger, held: Sequence[Example], beliefs: Sequence[Belief]) -> dict[str, float]:
    """A logistic curve for each role from raw confidence to the share that is right.

    It is the one of least log loss (Platt 1999).

    Args:
        tagger: with neutral curves.
        held: names that it was not trained on.
        beliefs: what the classifier says of them.
    """
    pairs: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    answers = tagger.tag([example.name for example in held], beliefs)
    for example, tags in zip(held, answers, strict=True):
        for role, tag in tags.items():
            if role not in example.unknown:
                pairs[role].append((tag.confidence, _is_right(example, role, tag)))
    calibration = dict(NEUTRAL)
    for role, measured in pairs.items():
        if len(measured) >= 4 * _FEWEST:
            calibration[f"{role}_slope"], calibration[f"{role}_offset"] = _platt(measured)
    return calibration


def _is_right(example: Example, role: str, tag: Tagged) -> bool:
    place = example.spans.get(role)
    said = example.name[tag.start : tag.end]
    return place is not None and alike(said, example.name[place[0] : place[1]])


def _platt(pairs: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    raw = np.clip(np.array([confidence for confidence, _ in pairs]), 1e-6, 1 - 1e-6)
    odds = np.log(raw / (1 - raw))
    # Targets a little inside 0 and 1, as Platt has them: few cases must not make certainty.
    good = np.array([ok for _, ok in pairs])
    target = np.where(good, (good.sum() + 1) / (good.sum() + 2), 1 / ((~good).sum() + 2))
    best = (np.inf, 1.0, 0.0)
    for slope in np.arange(0.1, 1.55, 0.05):
        for offset in np.arange(-2, 3.05, 0.1):
            share = 1 / (1 + np.exp(-(slope * odds + offset)))
            loss = float(
                -(target * np.log(share + 1e-9) + (1 - target) * np.log(1 - share + 1e-9)).mean()
            )
            best = min(best, (loss, float(slope), float(offset)))
    return round(best[1], 3), round(best[2], 3)


def rule_figures(
    read: Sequence[Example], held: Sequence[Example], tagger: Tagger, beliefs: Mapping[str, Belief]
) -> dict[RuleRole, RuleTrust]:
    """Precision and agreement of the rules.

    Precision is counted on all names, agreement on the held-out names of which the tagger says the
    same. `yields` is not counted here.
    """
    alone: dict[RuleRole, list[bool]] = defaultdict(list)
    agreed: dict[RuleRole, list[bool]] = defaultdict(list)
    for example in read:
        for key, _, ok in _said_by_rules(example):
            alone[key].append(ok)
    tagged = tagger.tag([example.name for example in held], [beliefs[row.name] for row in held])
    for example, tags in zip(held, tagged, strict=True):
        for key, value, ok in _said_by_rules(example):
            alone[key].append(ok)
            tag = tags.get(key[1])
            if tag is not None and alike(value, example.name[tag.start : tag.end]):
                agreed[key].append(ok)
    figures = {key: RuleTrust(precision=_share(oks)) for key, oks in alone.items()}
    return {key: replace(trust, agreed=_share(agreed[key])) for key, trust in figures.items()}


def _share(oks: Sequence[bool]) -> float | None:
    """The share that is right, after Laplace. Returns None if there are too few cases."""
    return round((sum(oks) + 1) / (len(oks) + 2), 3) if len(oks) >= _FEWEST else None


def _said_by_rules(example: Example) -> list[tuple[RuleRole, str | int, bool]]:
    """What each rule says about a role, and whether it is right."""
    name, subcategory = example.name, example.subcategory
    place = numbering(name) if MEDIUM_OF[subcategory] is Medium.VIDEO else None
    reading = NameReading(name, subcategory, place, year_of_work(name, subcategory))
    said = []
    for role, value, rule in said_by_rules(reading):
        if role in _LABELLED:
            span = example.spans.get(role)
            ok = span is not None and alike(value, name[span[0] : span[1]])
            said.append(((rule, role), value, ok))
    return said
