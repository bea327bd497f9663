"""Labelled cases as choices among what the matcher finds: what the weights are learned from."""

import numpy as np

from models.evaluation import linking
from models.evaluation.linking import LinkCase
from models.match.features import NAMES
from models.match.matcher import Matcher
from models.training.match.fit import Choice


def choice_of(case: LinkCase, matcher: Matcher) -> Choice | None:
    """A case as a choice among its candidates.

    Returns None if there is nothing to learn from it: it is not labelled, it is a name of several
    artists, or the index does not hold what is true.
    """
    if not (case.is_artist_labelled and case.is_group_labelled) or case.is_homonym:
        return None
    truth = linking.truth_of(case, matcher.index)
    if case.group_mbid is not None and truth.group is None:
        return None
    candidates = matcher.candidates(case.query)
    features = np.array([candidate.features.values() for candidate in candidates])
    return Choice(features.reshape(-1, len(NAMES)), linking.chosen(truth, candidates))
