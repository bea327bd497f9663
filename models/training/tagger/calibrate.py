"""How sure tagger and rules may be, measured on read names: the tagger on those held out of
training, the rules on all.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from models.extract.evidence.claims import alike
from models.extract.rules import audio, titles, years
from models.extract.rules.numbering import numbering
from models.extract.tagger.encode import Belief
from models.extract.tagger.roles import ROLES
from models.extract.tagger.run import Tagged, Tagger
from models.training.tagger.data import Example
from schemas.media import MEDIUM_OF, Medium, Subcategory

NEUTRAL: Mapping[str, float] = {
    f"{role}_{part}": value for role in ROLES for part, value in (("slope", 1.0), ("offset", 0.0))
}
"""Curves that leave the raw confidence as it is."""

YIELDS: Mapping[str, float] = {
    **{
        f"{rule}.title.yields": 1.1
        for rule in ("before-numbering", "before-year", "before-technical", "whole-name")
    },
    **{
        f"{rule}-dashed.title.yields": 0.4
        for rule in ("before-year", "before-technical", "whole-name")
    },
    "before-numbering-dashed.title.yields": 1.1,
    "artist-title.title.yields": 0.5,
    "author-title.title.yields": 0.7,
    "artist-title.creator.yields": 0.8,
    "artist-year-title.creator.yields": 0.9,
    "artist-album-track.creator.yields": 1.1,
    "artist-album-track.title.yields": 1.1,
    "soundtrack.title.yields": 1.1,
    "after-numbering.episode_title.yields": 1.1,
    "year-brackets.year.yields": 1.1,
    "year-bare.year.yields": 1.1,
}
"""Whom to believe in a dispute. Counted on gold/dev and the bench's development half: a title cut
before a number, a year or technical words is right in 184 of 213 disputes with the tagger; where it
holds a dash the tagger is, in three of four.
"""

_FEWEST = 5
"""Cases from which a precision is believed; below it a rule keeps `claims.UNMEASURED`."""


def curves(tagger: Tagger, held: Sequence[Example], beliefs: Sequence[Belief]) -> dict[str, float]:
    """A logistic curve for each role from raw confidence to the share that is right (Platt 1999),
    by least log loss.

    Args:
        tagger: with neutral curves.
        held: names that it was not trained on.
        beliefs: what the classifier says of them.
    """
    pairs: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for example, found in zip(held, tagger.tag([one.name for one in held], beliefs), strict=True):
        for role, tag in found.items():
            if role not in example.unknown:
                pairs[role].append((tag.confidence, _right(example, role, tag)))
    out = dict(NEUTRAL)
    for role, measured in pairs.items():
        if len(measured) >= 4 * _FEWEST:
            slope, offset = _platt(measured)
            out |= {f"{role}_slope": slope, f"{role}_offset": offset}
    return out


def _right(example: Example, role: str, tag: Tagged) -> bool:
    place = example.spans.get(role)
    return place is not None and alike(
        example.name[tag.start : tag.end], example.name[place[0] : place[1]]
    )


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
) -> dict[str, float]:
    """`RULE.ROLE`: precision on all read names. `RULE.ROLE.agreed`: on held-out names where the
    tagger says the same.
    """
    alone: dict[str, list[bool]] = defaultdict(list)
    agreed: dict[str, list[bool]] = defaultdict(list)
    for example in [*read, *held]:
        for key, (_, ok) in _rules(example).items():
            alone[key].append(ok)
    tagged = tagger.tag([one.name for one in held], [beliefs[one.name] for one in held])
    for example, found in zip(held, tagged, strict=True):
        for key, (value, ok) in _rules(example).items():
            tag = found.get(key.rsplit(".", 1)[1])
            if tag is not None and alike(value, example.name[tag.start : tag.end]):
                agreed[f"{key}.agreed"].append(ok)
    return {
        key: round((sum(oks) + 1) / (len(oks) + 2), 3)
        for key, oks in sorted({**alone, **agreed}.items())
        if len(oks) >= _FEWEST
    }


def _rules(example: Example) -> dict[str, tuple[str | int, bool]]:
    """`RULE.ROLE` -> what the rule says, and whether it is right."""
    name, subcategory = example.name, example.subcategory
    said: dict[str, str | int] = {}
    if MEDIUM_OF[subcategory] is Medium.AUDIO or subcategory is Subcategory.MUSIC_VIDEO:
        if (split := audio.split(name, subcategory)) is not None:
            said |= {
                f"{split[0]}.{role}": value
                for role, value in (("creator", split[1]), ("title", split[2]))
                if value
            }
    elif (
        MEDIUM_OF[subcategory] is Medium.VIDEO
        and (cut := titles.video_title(name, numbering(name))) is not None
    ):
        said[f"{cut.rule}.title"] = cut.text
    if (dated := years.year(name)) is not None:
        said[f"{dated[2]}.year"] = dated[0]
    out = {}
    for key, value in said.items():
        place = example.spans.get(key.rsplit(".", 1)[1])
        out[key] = value, place is not None and alike(value, name[place[0] : place[1]])
    return out
