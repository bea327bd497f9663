"""All rows as one class sees them: what is learnt of each, and what is left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from models.classify.own_words import OwnWords
from models.training.own.background import most_left_out, suspects
from models.training.own.features import Features, Flags, Floats, Whole
from models.training.own.fit import Fitted, Targets, fit
from models.training.own.recipe import OwnPart, OwnRecipe
from models.training.own.rows import LearntRow, folds, is_background, is_told, targets
from models.training.own.threshold import Curve, at_share


@dataclass(frozen=True)
class ClassRows:
    """Rows, their features and targets, for one class."""

    part: OwnPart
    recipe: OwnRecipe
    rows: Sequence[LearntRow]
    features: Features
    target: Targets
    left_out: Flags
    """Names of the background that are neither learnt from nor counted."""

    @classmethod
    def of(
        cls,
        part: OwnPart,
        recipe: OwnRecipe,
        rows: Sequence[LearntRow],
        features: Features,
        words: OwnWords,
    ) -> Self:
        """The rows with the words of the class."""
        target = targets(rows, part.name, recipe)
        none = np.zeros(len(rows), bool)
        plain = cls(part, recipe, rows, features.with_words(words), target, none)
        # Which ones are hard is not known yet, so the first ones do: they were drawn by chance.
        return plain.learning_from(np.flatnonzero(plain.real)[: recipe.background.learnt])

    @property
    def without_states(self) -> Self:
        """What is asked before the BERT."""
        return replace(self, features=self.features.without_states())

    def learning_from(self, real: Whole) -> Self:
        """The rows of which only these real names are learnt from."""
        is_idle = self.real.copy()
        is_idle[real] = False
        target = targets(self.rows, self.part.name, self.recipe)
        weights = np.where(is_idle | self.left_out, 0.0, target.weights)
        return replace(self, target=Targets(target.is_own, weights))

    def harder(self, before: Floats) -> Self:
        """The rows, learning from the real names that look most like the class, but for suspects.

        Args:
            before: scores by what is asked before the BERT.
        """
        left_out = self._suspects(before)
        candidates = np.flatnonzero(self.real & ~left_out)
        hardest = candidates[np.argsort(-before[candidates], kind="stable")]
        count = self.recipe.background.learnt // 2
        first = np.flatnonzero(self.real & (self.target.weights > 0))[:count]
        chosen = np.union1d(hardest[:count], first)
        return replace(self, left_out=left_out).learning_from(chosen)

    @cached_property
    def real(self) -> Flags:
        """The names that nobody has read."""
        return np.array([row.is_real for row in self.rows])

    def fitted(self) -> Fitted:
        """What is learnt of all rows."""
        return fit(self.features, self.target, self.recipe.fitting)

    def apart(self, step: Callable[[], None]) -> Floats:
        """The score of each row by what was not learnt from its family."""
        settings = self.recipe.fitting
        of_fold = folds(self.rows, settings.folds)
        scores = np.zeros(len(self.rows))
        for fold in range(settings.folds):
            is_apart = of_fold == fold
            weights = np.where(is_apart, 0.0, self.target.weights)
            fitted = fit(self.features, Targets(self.target.is_own, weights), settings)
            scores[is_apart] = fitted.scores(self.features)[is_apart]
            step()
        return scores

    def _suspects(self, before: Floats) -> Flags:
        """The real names that may be of the class, by what is asked before the BERT."""
        words = self.features.words
        has_word = words[:, 0] > 0 if words.shape[1] else np.ones(len(self.real), bool)
        most = most_left_out(int(self.real.sum()), self.part.expected_share)
        return suspects(before, self.examples, self.real & has_word, most)

    @cached_property
    def examples(self) -> Flags:
        """The examples, without their variants."""
        return self.target.is_own & is_told(self.rows, self.part.name)

    @cached_property
    def background(self) -> Flags:
        """What stands for all other torrents."""
        return is_background(self.rows) & ~self.left_out

    @cached_property
    def all_torrents(self) -> tuple[Flags, Floats]:
        """Which rows stand for all torrents, and their weights by the expected share."""
        picked = self.examples | self.background
        return picked, at_share(self.examples[picked], self.part.expected_share)

    def curves(self, scores: Floats) -> tuple[Curve, Curve]:
        """How right scores are: of all torrents, and of what is near the class."""
        picked, weights = self.all_torrents
        own = self.target.is_own.astype(float)
        near = np.array([not row.is_variant and not row.is_real for row in self.rows])
        near &= self.target.weights > 0
        return (
            Curve.of(scores[picked], own[picked], weights),
            Curve.of(scores[near], own[near]),
        )
