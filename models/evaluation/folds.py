"""Cases in folds for cross-validation, so that near-duplicates are never apart."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence


def folds(marks: Sequence[Collection[Hashable]], count: int) -> list[int]:
    """Which fold each case is in, from 0 to `count` - 1.

    Cases that share a mark are in one fold, and so are those that share one with a third case.
    Groups of cases are dealt out by size, the largest first, each to the fold that has the fewest
    cases so far: the same cases in the same order give the same folds.

    Args:
        marks: of each case, what it has in common with its near-duplicates.
        count: how many folds.
    """
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for case, group in enumerate(_groups(marks)):
        groups[group].append(case)
    fold_of = [0] * len(marks)
    sizes = [0] * count
    for members in sorted(groups.values(), key=lambda cases: (-len(cases), cases[0])):
        fold = sizes.index(min(sizes))
        sizes[fold] += len(members)
        for case in members:
            fold_of[case] = fold
    return fold_of


def _groups(marks: Sequence[Collection[Hashable]]) -> list[int]:
    """Which group each case is in, named after one of its cases (union-find)."""
    parents = list(range(len(marks)))

    def root(case: int) -> int:
        while parents[case] != case:
            parents[case] = parents[parents[case]]
            case = parents[case]
        return case

    first_with: dict[Hashable, int] = {}
    for case, marks_of_case in enumerate(marks):
        for mark in marks_of_case:
            parents[root(case)] = root(first_with.setdefault(mark, case))
    return [root(case) for case in range(len(marks))]
