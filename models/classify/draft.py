"""One subject on its way through the cascade: what the cheap stages know, and what is open."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.classify.ensemble import Answer, Questions
from models.classify.extensions import Content
from models.classify.han_names import FLAGGED_FROM, LIKELY, is_plainly_chinese, tells_a_book
from models.classify.plain_names import flagged_from
from models.classify.structure import Shape
from models.text.encoder_input import is_of_a_site
from schemas import DecidedBy, Medium, Subcategory, TorrentFile

_NEVER_ADULT = frozenset({Medium.AUDIO})
"""Of 4,225 labelled audio names 4 are adult."""

_NEVER_ADULT_SUBS = frozenset({Subcategory.APPLICATION})
"""Of 896 labelled application names 2 are adult."""

_SITE_THRESHOLD = 0.05
"""Probability from which a video is flagged whose name begins with one word and a day, where its
name describes the release, too (`1080p.WEB-DL`).

Of such scene names 1,500 of 1,500 adult ones reach it, and none of 403 daily shows.
"""

_BARE_SITE_THRESHOLD = 0.3
"""The same where the name describes no release.

To the models the form alone looks adult then, and shows have it, too: of the same names, stripped
of those words, 1,447 of 1,500 adult ones reach it and 26 of 403 shows; 0.05 reach 1,493 and 150.
"""


_DOUBTFUL = 0.6
"""Confidence in the medium below which a flag needs more.

Who cannot say what a work is knows little of it. On the 1,699 names that nothing was trained on it
spares three of eleven clean works and costs none of 246 adult ones.
"""

_DOUBTFUL_THRESHOLD = 0.3
"""The probability that it needs then: the most that costs no adult work among those names."""

_FEWEST_LETTERS = 4
"""Letters and digits of a name below which it is not flagged if no files are known: `x`, `[]`."""


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
    """Files that count."""
    files: Sequence[TorrentFile] | None = None
    """All files, None if unknown."""
    medium: Medium | None = None
    confidence: float = 0.0
    source: DecidedBy = DecidedBy.NONE
    rule: str | None = None
    hint: Subcategory | None = None
    """What an extension or a pattern says of the subcategory."""
    shape: Shape | None = None
    clean: bool = False
    """Whether a rule matched that many names match, and no adult one.

    That is the shape of a name, not its words, so the linear model is asked all the same.
    """
    seldom_adult: bool = False
    """Whether works of its kind are so seldom adult that a flag needs more evidence."""
    is_known_work: bool = False
    """Whether the catalogue knows the work by its title and year."""
    described: bool = False
    """Whether a rule over the name says the medium, as the words for a release do."""

    @property
    def settled(self) -> Subcategory | None:
        """The subcategory where the cheap stages know it."""
        if self.medium is None:
            return None
        return self.hint or (self.shape.subcategory if self.shape and self.shape.firm else None)

    @property
    def maybe_adult(self) -> bool:
        """Whether it is still open if the work is adult."""
        is_never = self.medium in _NEVER_ADULT or self.settled in _NEVER_ADULT_SUBS
        return not is_never and (bool(self.items) or _says_something(self.name))

    @property
    def open(self) -> bool:
        """Whether the learnt stage has anything to add."""
        return self.medium is None or self.settled is None or self.maybe_adult

    @property
    def questions(self) -> Questions:
        """What the learnt stage is asked.

        Whether a work is adult that a rule takes for clean is worth no look of the BERT.
        """
        return Questions(
            medium=self.medium,
            subcategory=self.settled is None,
            nsfw=self.maybe_adult and not self.clean,
        )

    def is_adult(self, answer: Answer | None, thresholds: FlagThresholds) -> bool:
        """Whether the work is flagged as adult.

        Args:
            answer: what the learnt stage says, if it was asked.
            thresholds: of the manifest.
        """
        medium = self.medium or (answer.medium if answer else None)
        is_never = medium in _NEVER_ADULT or self.is_known_work
        if answer is None or not self.maybe_adult or is_never:
            return False
        # Audio is never adult, so a work is adult at most where it is something else.
        probability = min(answer.nsfw, 1 - answer.media[Medium.AUDIO])
        if self.clean or self.seldom_adult:
            return probability >= thresholds.unlikely
        return probability >= self._flagged_from(answer, thresholds)

    def _flagged_from(self, answer: Answer, thresholds: FlagThresholds) -> float:
        """The probability from which the work is flagged, if its kind is not seldom adult."""
        if (self.medium or answer.medium) is not Medium.VIDEO or not is_of_a_site(self.name):
            usual = max(thresholds.usual, self._flagged_as_chinese_from(answer))
            if self.medium is not None:
                return usual
            doubtful = _DOUBTFUL_THRESHOLD if answer.confidence < _DOUBTFUL else 0.0
            plain = 0.0 if self.items else flagged_from(self.name)
            return max(usual, doubtful, plain)
        return _SITE_THRESHOLD if self.described else _BARE_SITE_THRESHOLD

    def _flagged_as_chinese_from(self, answer: Answer) -> float:
        """The probability that a book with a Chinese name needs; 0 for all other works."""
        if self.medium not in {None, Medium.BOOK} or not is_plainly_chinese(self.name):
            return 0.0
        is_book = answer.media[Medium.BOOK] >= LIKELY or tells_a_book(self.name)
        return FLAGGED_FROM if is_book else 0.0


def _says_something(name: str) -> bool:
    """Whether a name has letters enough to tell anything of the work."""
    return sum(map(str.isalnum, name)) >= _FEWEST_LETTERS
