"""Whether a difference of two sides that answered the same cases may be chance.

McNemar's test (1947) looks at the cases about which one side alone is right: were the sides alike,
each of them would fall to either side like a fair coin. The p-values are the binomial's own, not
those of an approximation, so that they hold for a handful of cases, too.
"""

from collections.abc import Sequence


def exact_p(won: int, lost: int) -> float:
    """The two-sided p-value of McNemar's exact test.

    Args:
        won: cases about which only the second side is right.
        lost: cases about which only the first side is right.

    Returns:
        How often a fair coin splits so many cases at least as unevenly.

    >>> exact_p(0, 5)
    0.0625
    """
    total = won + lost
    ways, sum_of_ways = 1, 1  # of picking 0 of them; whole numbers, so that nothing is rounded
    for picked in range(1, min(won, lost) + 1):
        ways = ways * (total - picked + 1) // picked
        sum_of_ways += ways
    return min(1.0, 2 * sum_of_ways / (1 << total))


def holm(values: Sequence[float]) -> list[float]:
    """p-values that allow for how many tests were made (Holm, 1979), in the order given.

    The smallest is multiplied by their number, the next by one less, and so on; none comes below
    one that is smaller. The chance that any of them is below a threshold by chance alone is then
    that threshold at most, whether or not the tests depend on each other.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted = [0.0] * len(values)
    highest = 0.0
    in_order = sorted(range(len(values)), key=lambda place: values[place])
    for rank, place in enumerate(in_order):
        highest = max(highest, min(1.0, values[place] * (len(values) - rank)))
        adjusted[place] = highest
    return adjusted
