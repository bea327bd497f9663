"""One subject on its way through the cascade: what the cheap stages know, and what is open."""

from dataclasses import dataclass

from models.classify.ensemble import Answer, Questions
from models.classify.extensions import Content
from models.classify.structure import Shape
from models.text.encoder_input import is_of_a_site
from schemas import DecidedBy, Medium, Subcategory

_NEVER_ADULT = frozenset({Medium.AUDIO})
"""Of 4,225 labelled audio names 4 are adult."""

_NEVER_ADULT_SUBS = frozenset({Subcategory.APPLICATION})
"""Of 896 labelled application names 2 are adult."""

_SITE_THRESHOLD = 0.05
"""Probability from which a video is flagged whose name begins with one word and a day.

Of 1,500 clips of adult sites, their names stripped of plain words, that finds 97 in 100, where the
threshold of other names finds 89. Of 1,037 shows that are named alike it flags one.
"""


@dataclass(frozen=True, slots=True)
class FlagThresholds:
    """Probabilities from which a work is flagged as adult."""

    usual: float
    unlikely: float
    """Where a rule matched that many names and no adult one matched."""


@dataclass(slots=True)
class Draft:
    """One subject on its way through the stages."""

    name: str
    items: list[Content]
    medium: Medium | None = None
    confidence: float = 0.0
    source: DecidedBy = DecidedBy.NONE
    rule: str | None = None
    hint: Subcategory | None = None
    """What an extension or a pattern says of the subcategory."""
    shape: Shape | None = None
    clean: bool = False
    """Whether a rule says that the work is not adult."""
    seldom_adult: bool = False
    """Whether works of its kind are so seldom adult that a flag needs more evidence."""
    adult: bool = False
    """Whether a rule says that the work is adult."""

    @property
    def settled(self) -> Subcategory | None:
        """The subcategory where the cheap stages know it."""
        if self.medium is None:
            return None
        return self.hint or (self.shape.subcategory if self.shape and self.shape.firm else None)

    @property
    def maybe_adult(self) -> bool:
        """Whether it is still open if the work is adult."""
        is_known = self.clean or self.adult
        return not (is_known or self.medium in _NEVER_ADULT or self.settled in _NEVER_ADULT_SUBS)

    @property
    def open(self) -> bool:
        """Whether the learnt stage has anything to add."""
        return self.medium is None or self.settled is None or self.maybe_adult

    @property
    def questions(self) -> Questions:
        """What the learnt stage is asked."""
        return Questions(
            medium=self.medium, subcategory=self.settled is None, nsfw=self.maybe_adult
        )

    def is_adult(self, answer: Answer | None, thresholds: FlagThresholds) -> bool:
        """Whether the work is flagged as adult.

        Args:
            answer: what the learnt stage says, if it was asked.
            thresholds: of the manifest.
        """
        if self.adult:
            return True
        if answer is None or self.clean or self.medium in _NEVER_ADULT:
            return False
        # Audio is never adult, so a work is adult at most where it is something else.
        probability = min(answer.nsfw, 1 - answer.media[Medium.AUDIO])
        if self.seldom_adult:
            return probability >= thresholds.unlikely
        is_clip = is_of_a_site(self.name) and (self.medium or answer.medium) is Medium.VIDEO
        return probability >= (_SITE_THRESHOLD if is_clip else thresholds.usual)
