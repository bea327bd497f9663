"""What rows are learnt by: their n-grams, the user's words, and the BERT's states."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from models.classify import extensions
from models.classify.ensemble import Input
from models.classify.ngrams import BUCKETS, hashed
from models.classify.own_classes import States
from models.classify.own_features import own_texts
from models.classify.own_words import OwnWords
from models.text.encoder_input import MAX_TAILS
from models.training.own.examples import Example

Floats = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Whole = np.ndarray[Any, np.dtype[np.int64]]

_SCALE = 3.0
"""Divides how rare n-grams are, so that the rarest weigh about as much as a state."""


@dataclass(frozen=True)
class Features:
    """The features of rows.

    Attributes:
        flat: buckets of all n-grams, row after row.
        starts: where each row's begin in `flat`, with their count at the end.
        states: (rows, states).
        texts: what words are looked for in.
        words: (rows, features) of the words of one class; none before it is known which class.
    """

    flat: Whole
    starts: Whole
    states: Floats
    texts: Sequence[str]
    words: Floats

    @classmethod
    def of(cls, rows: Sequence[Example], states: States) -> "Features":
        """The features of examples, as the classifier reads them."""
        inputs = [input_of(row) for row in rows]
        texts = own_texts(inputs)
        flat, starts = hashed(texts)
        none = np.zeros((len(inputs), 0))
        return cls(flat, starts, states.of(inputs).astype(np.float64), texts, none)

    def with_words(self, words: OwnWords) -> "Features":
        """The features with the words of a class."""
        return replace(self, words=words.features(self.texts).astype(np.float64))

    def without_states(self) -> "Features":
        """What is asked before the BERT."""
        return replace(self, states=self.states[:, :0])

    @cached_property
    def owners(self) -> Whole:
        """The row of each n-gram."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    @cached_property
    def shares(self) -> Floats:
        """What each n-gram counts: the less, the more of them its row has."""
        counts = np.maximum(np.diff(self.starts), 1)
        shares: Floats = 1 / np.sqrt(counts[self.owners])
        return shares

    def rarity(self, picked: Flags) -> Floats:
        """How rare each bucket's n-grams are among picked rows: rare ones tell more."""
        rows = len(self.starts) - 1
        inside = picked[self.owners]
        seen = np.unique(self.flat[inside] * rows + self.owners[inside]) // rows
        counted = np.bincount(seen, minlength=BUCKETS)
        rarity: Floats = np.log((int(picked.sum()) + 1) / (counted + 1)) / _SCALE
        return rarity

    def plain(self, table: Floats) -> Floats:
        """The score of each row by weights of n-grams."""
        rows = len(self.starts) - 1
        counted = table[self.flat] * self.shares
        scores: Floats = np.bincount(self.owners, counted, rows).astype(np.float64)
        return scores


def input_of(row: Example) -> Input:
    """What the classifier reads of an example."""
    files = row.subject.files
    return row.name, extensions.largest(extensions.content(files or ()), files, MAX_TAILS)
