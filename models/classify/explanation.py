"""How a verdict came about: what every stage of the cascade says of one torrent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from models.classify import extensions, patterns
from models.classify.ensemble import Answer
from schemas import SUBCATEGORIES, Medium, Subcategory, Verdict


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one stage says.

    A stage that was not asked says it all the same, so that its answer can be compared.
    """

    stage: str
    """`extensions`, `patterns`, `ngrams` (the linear model alone) or `bert` (both models)."""

    asked: bool
    """Whether the verdict needed the stage."""

    media: Mapping[Medium, float]
    """Confidence by medium, the highest first; empty where the stage says nothing.

    The learnt stages give a probability to each of the five media, together 1. The others name one
    medium, with the share of names on which they are right at least; patterns that disagree name
    several.
    """

    subcategory: Subcategory | None = None
    """Its likeliest subcategory of its likeliest medium."""

    nsfw: float | None = None
    """Probability that the work is adult, of the learnt stages."""

    subcategories: Mapping[Subcategory, float] = field(default_factory=dict)
    """Probability by subcategory, of the learnt stages."""

    rules: Mapping[str, float] = field(default_factory=dict)
    """What led to it: the pattern rules that count and the confidence of each, or the kind of file
    that has most bytes and the share of its medium.
    """

    @property
    def medium(self) -> Medium | None:
        """The likeliest medium."""
        return next(iter(self.media), None)

    @classmethod
    def of_extensions(cls, vote: extensions.Vote | None) -> Self:
        """What the files say, or a name that ends as a file does."""
        if vote is None:
            return cls("extensions", True, {})
        media = {vote.medium: vote.confidence}
        return cls("extensions", True, media, vote.subcategory, rules={vote.kind: vote.share})

    @classmethod
    def of_patterns(cls, name: str) -> Self:
        """What the rules say that match a name, even if they disagree.

        A rule that another overrules does not count.
        """
        heard = patterns.heard(patterns.matching(patterns.pattern_text(name)))
        hit = patterns.match(name)
        media: dict[Medium, float] = {}
        for rule in sorted(heard, key=lambda rule: -rule.confidence):
            media.setdefault(rule.medium, rule.confidence)
        rules = {rule.id: rule.confidence for rule in heard}
        return cls("patterns", True, media, hit.subcategory if hit else None, rules=rules)

    @classmethod
    def of_learnt(cls, answer: Answer, *, asked: bool) -> Self:
        """What the linear model says alone, or both models together."""
        media = dict(sorted(answer.media.items(), key=lambda item: -item[1]))
        subcategory = answer.subcategory(answer.medium)
        return cls(answer.by, asked, media, subcategory, answer.nsfw, answer.subcategories)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict and the opinions behind it."""

    verdict: Verdict
    opinions: Sequence[Opinion]
    """One of each stage in use, in the order of the cascade."""

    def opinion(self, stage: str) -> Opinion | None:
        """What a stage says. Returns None if the stage is not in use."""
        return next((opinion for opinion in self.opinions if opinion.stage == stage), None)

    @property
    def probabilities(self) -> Mapping[Medium, float]:
        """Each medium's probability by both learnt models, the highest first.

        Empty where no model is loaded.
        """
        learnt = self.opinion("bert")
        return learnt.media if learnt else {}

    @property
    def runner_up(self) -> tuple[Medium, float] | None:
        """The likeliest medium beside the verdict's, and its probability."""
        others = (item for item in self.probabilities.items() if item[0] != self.verdict.medium)
        return next(others, None)

    @property
    def margin(self) -> float | None:
        """By how much the learnt models prefer the verdict's medium; negative where they do not."""
        second = self.runner_up
        return None if second is None else self.probabilities[self.verdict.medium] - second[1]

    def second_subcategory(self, chosen: Subcategory) -> tuple[Subcategory, float] | None:
        """The likeliest other subcategory of the verdict's medium and its share among them.

        Args:
            chosen: the one that stands.
        """
        learnt = self.opinion("bert")
        possible = SUBCATEGORIES[self.verdict.medium]
        if learnt is None or len(possible) < 2:
            return None
        whole = sum(learnt.subcategories[sub] for sub in possible) or 1.0
        shares = {sub: learnt.subcategories[sub] / whole for sub in possible if sub is not chosen}
        second = max(shares, key=shares.__getitem__)
        return second, shares[second]
